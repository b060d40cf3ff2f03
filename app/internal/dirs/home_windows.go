package dirs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

func homes() bases {
	return bases{
		config:  profile("AppData", ""),
		data:    profile("LocalAppData", "data"),
		state:   profile("LocalAppData", "state"),
		temp:    profile("LocalAppData", "temp"),
		runtime: func(string) (string, error) { return "", errors.ErrUnsupported },
	}
}

func profile(variable, sub string) base {
	return func(id string) (string, error) {
		dir := os.Getenv(variable)
		if !filepath.IsAbs(dir) {
			return "", unusable{fmt.Errorf("%%%s%% is %q", variable, dir)}
		}
		return filepath.Join(dir, id, sub), nil
	}
}
