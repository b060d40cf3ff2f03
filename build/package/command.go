package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A tool is a program that is not a Go module.
type tool struct {
	program string
	folder  string // its folder in Program Files, if its installer does not change PATH
}

var (
	makensis     = &tool{"makensis", "NSIS"}
	osslsigncode = &tool{"osslsigncode", ""}
)

// path returns the path of the program, or its name if it is not found.
func (t tool) path() string {
	if path, err := exec.LookPath(t.program); err == nil {
		return path
	}
	for _, programs := range []string{os.Getenv("ProgramFiles(x86)"), os.Getenv("ProgramFiles")} {
		if programs == "" || t.folder == "" {
			continue
		}
		if path, err := exec.LookPath(filepath.Join(programs, t.folder, t.program+".exe")); err == nil {
			return path
		}
	}
	return t.program
}

func (t tool) find() error {
	if _, err := exec.LookPath(t.path()); err != nil {
		return fmt.Errorf("%s is not installed: dibble doctor prints how to get it, and -only leaves out the packages that need it", t.program)
	}
	return nil
}

// interruptTimeout is the time that an interrupted command has to end.
const interruptTimeout = 5 * time.Second

// command returns a command that is interrupted when p.ctx is canceled, so that it can clean up.
func (p *packaging) command(name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(p.ctx, name, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = interruptTimeout
	return cmd
}

// goCommand returns a go command in the program's folder. The same source must make the same
// bytes, so it ignores workspaces and the settings of the environment and of go env -w. It also
// ignores a vendor folder, because only the module cache has the licences.
func (p *packaging) goCommand(args ...string) *exec.Cmd {
	cmd := p.command("go", args...)
	cmd.Dir = p.root
	// This GOFLAGS is the default. If it were empty, that of go env -w would apply.
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off", "GOFIPS140=off", "GOAMD64=v1", "GOARM64=v8.0", "GOEXPERIMENT=")
	return cmd
}

// output runs cmd and returns its standard output. An error has both outputs.
func output(cmd *exec.Cmd) ([]byte, error) {
	var stdout, both bytes.Buffer
	cmd.Stdout = io.MultiWriter(&stdout, &both)
	cmd.Stderr = &both
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, both.String())
	}
	return stdout.Bytes(), nil
}
