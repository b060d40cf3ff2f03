// Command icons draws the pictures that a tool embeds, from icon.svg, or icon.png of at
// least 256 pixels square, and glyph.svg in its folder:
//
//	icons [folder]
//
// It makes icon/tray.png and icon/icon.ico. If there is a glyph.svg, which is drawn with
// currentColor, it also makes icon/template.png, icon/light.ico and icon/dark.ico. For a
// package main it makes icon.go, with the variable icon for app.App.Icon.
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"github.com/dibbler-app/dibbler/build/package/internal/drawing"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("icons: ")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: icons [folder]\nDraws the pictures that the tool in the folder embeds, from icon.svg or icon.png, and glyph.svg if there is one.")
	}
	flag.Parse()
	if flag.NArg() > 1 {
		log.Fatalf("%q: want one folder", flag.Args())
	}
	dir := "."
	if flag.NArg() == 1 {
		dir = flag.Arg(0)
	}
	if err := write(dir); err != nil {
		log.Fatal(err)
	}
}

func write(dir string) error {
	files, err := drawing.Icons(dir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(dir, "icon"), 0o755); err != nil {
		return err
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
