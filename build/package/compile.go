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
	}
	made.env = append(cgoEnv(goos == "darwin" && made.tray), "GOOS="+goos, "GOARCH="+goarch)
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

// cgoEnv returns the variables of a go command that compiles for macOS with cgo, or for any system
// without it. By default, clang compiles for the macOS on which it runs, and the program may not
// start on an older one.
func cgoEnv(macOS bool) []string {
	if !macOS {
		return []string{"CGO_ENABLED=0"}
	}
	flags := "=-O2 -g -mmacosx-version-min=" + minimumMacOS
	return []string{"CGO_ENABLED=1", "CGO_CFLAGS" + flags, "CGO_LDFLAGS" + flags}
}
