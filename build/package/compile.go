package main

import (
	"fmt"
	"os"
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
	cmd := p.command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", path, ".")
	cmd.Dir = p.root
	// What the environment, go env -w or a workspace says would make other bytes.
	// An empty GOFLAGS would leave it to go env -w; this one is the default.
	cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED="+cgo,
		"GOFLAGS=-mod=readonly", "GOWORK=off", "GOFIPS140=off", "GOAMD64=v1", "GOARM64=v8.0", "GOEXPERIMENT=")
	if _, err := output(cmd); err != nil {
		return program{}, err
	}
	return made, nil
}
