package dirs

import "path/filepath"

func homes() bases {
	return bases{
		config:  library("Application Support", ""),
		data:    library("Application Support", "data"),
		state:   library("Application Support", "state"),
		temp:    library("Caches", "temp"),
		runtime: library("Caches", ""),
	}
}

func library(folder, sub string) base {
	return func(id string) (string, error) {
		home, err := Home()
		if err != nil {
			return "", err
		}
		return filepath.Join(home, "Library", folder, id, sub), nil
	}
}
