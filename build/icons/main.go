// Command icons draws every picture in the assets folder from the two SVG
// drawings there. It runs in its own folder:
//
//	go run ./build icons
package main

import (
	"log"
	"os"
	"path/filepath"
)

// assets is where the drawings are read and the pictures are written.
const assets = "../../assets"

func main() {
	log.SetFlags(0)
	log.SetPrefix("icons: ")
	if err := write(assets); err != nil {
		log.Fatal(err)
	}
}

func write(dir string) error {
	pictures, err := draw(dir)
	if err != nil {
		return err
	}
	for name, content := range pictures {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
