package main

import (
	"fmt"
	"path/filepath"
	"runtime"

	"github.com/dibbler-app/dibbler/build/internal/about"
)

// compile makes the program for a platform.
func (p *packaging) compile(goos, goarch string) (program, error) {
	made := program{
		goos:   goos,
		goarch: goarch,
		// Only the Mac's own compiler can make the tray for macOS.
		tray: goos != "darwin" || runtime.GOOS == "darwin",
		path: filepath.Join(p.work, goos+"-"+goarch, about.ID),
	}
	flags := "-s -w -X main.version=" + p.version
	if goos == "windows" {
		made.path += ".exe"
		flags += " -H=windowsgui" // no console
	}
	cgo := "0"
	if goos == "darwin" && made.tray {
		cgo = "1"
	}
	path, err := filepath.Abs(made.path)
	if err != nil {
		return program{}, err
	}
	fmt.Printf("%s: compiling\n", made.platform())
	cmd := p.goCommand("build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", path, ".")
	cmd.Env = append(cmd.Env, "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED="+cgo)
	if _, err := output(cmd); err != nil {
		return program{}, err
	}
	return made, nil
}
