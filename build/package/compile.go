package main

import (
	"path/filepath"
	"runtime"
)

// A program is a compiled program.
type program struct {
	goos, goarch string
	tray         bool
	path         string
	env          []string // of go commands, for its platform
	notices      []byte   // the licences of everything that is linked into it
}

func (p program) platform() string { return p.goos + "/" + p.goarch }

// compile compiles the program for a platform. name is the name of its file; flags are for
// the linker.
func (p *packaging) compile(goos, goarch, name, flags string) (program, error) {
	made := program{
		goos:   goos,
		goarch: goarch,
		// Only the Mac's own compiler can make the tray for macOS.
		tray: goos != "darwin" || runtime.GOOS == "darwin",
		path: filepath.Join(p.work, goos+"-"+goarch, name),
		env:  []string{"GOOS=" + goos, "GOARCH=" + goarch, "CGO_ENABLED=0"},
	}
	if goos == "darwin" && made.tray {
		made.env[2] = "CGO_ENABLED=1"
	}
	if goos == "windows" {
		made.path += ".exe"
	}
	flags += " -s -w"
	if p.wantVersion != "" {
		flags += " -X main.version=" + p.wantVersion
	}
	cmd := p.goCommand("build", "-trimpath", "-buildvcs=false", "-ldflags", flags, "-o", made.path, ".")
	cmd.Env = append(cmd.Env, made.env...)
	_, err := output(cmd)
	return made, err
}
