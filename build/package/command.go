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
	folder  string // below Program Files, for one that its installer does not put on PATH
}

var (
	makensis     = &tool{"makensis", "NSIS"}
	osslsigncode = &tool{"osslsigncode", ""}
)

// path returns the file of the program, or its name alone if there is none.
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
		return fmt.Errorf("there is no %s here: dibble doctor says how to get it; or use -only to leave out what needs it", t.program)
	}
	return nil
}

// interruptTimeout is how long a command may take to end when it is interrupted.
const interruptTimeout = 5 * time.Second

// command returns a command that is interrupted when the packaging is, and can clean up.
func (p *packaging) command(name string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(p.ctx, name, args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = interruptTimeout
	return cmd
}

// goCommand returns a go command in the program's folder. It ignores settings of the
// environment and of go env -w, a workspace and a vendor folder, which would make other bytes
// or fail: only the module cache has the licences.
func (p *packaging) goCommand(args ...string) *exec.Cmd {
	cmd := p.command("go", args...)
	cmd.Dir = p.root
	// An empty GOFLAGS would leave it to go env -w; this one is the default.
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=readonly", "GOWORK=off", "GOFIPS140=off", "GOAMD64=v1", "GOARM64=v8.0", "GOEXPERIMENT=")
	return cmd
}

// output runs cmd and returns what it printed. Both outputs are in the error.
func output(cmd *exec.Cmd) ([]byte, error) {
	var stdout, both bytes.Buffer
	cmd.Stdout = io.MultiWriter(&stdout, &both)
	cmd.Stderr = &both
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", strings.Join(cmd.Args, " "), err, both.String())
	}
	return stdout.Bytes(), nil
}
