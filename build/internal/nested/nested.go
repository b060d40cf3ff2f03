// Package nested runs programs of the project's nested modules, which need libraries that
// an author's tool should not depend on. The modules come from the same checkout, or have
// the same version, as the tool's Dibbler.
package nested

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/dibbler-app/dibbler/build/internal/module"
)

// Package makes the packages of the tool in the working folder.
func Package(ctx context.Context, args []string) error { return run(ctx, ".", args) }

// Icons draws the icons of the tool in the working folder.
func Icons(ctx context.Context, args []string) error { return run(ctx, "./icons", args) }

// packager is the folder of the nested module and the end of its path.
const packager = "build/package"

// run builds a program of the packager and runs it in the working folder. If the program
// fails, it has printed the reason, and the error is an *exec.ExitError.
func run(ctx context.Context, pkg string, args []string) error {
	source, err := module.Used(ctx, ".")
	if err != nil {
		return err
	}
	dir := filepath.Join(source.Dir, filepath.FromSlash(packager))
	if source.Version != "" {
		got, err := module.Get(ctx, module.Path+"/"+packager, source.Version)
		if err != nil {
			return err
		}
		dir = got.Dir
	}
	temp, err := os.MkdirTemp("", "dibble")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	program := filepath.Join(temp, "packager.exe") // the suffix does no harm on other systems
	if err := build(ctx, dir, pkg, program); err != nil {
		return err
	}
	return call(ctx, program, args)
}

// call runs a program. When ctx is canceled, it interrupts the program and waits for it
// to clean up.
func call(ctx context.Context, program string, args []string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Cancel = func() error {
		if runtime.GOOS == "windows" { // the console has already interrupted it
			return nil
		}
		return cmd.Process.Signal(os.Interrupt)
	}
	return cmd.Run()
}

// alone is added to the environment of go commands in a nested module. The module is not
// in a workspace, and its programs run on this computer.
var alone = []string{"GOWORK=off", "GOOS=" + runtime.GOOS, "GOARCH=" + runtime.GOARCH}

// build builds a package of the module in dir, which may be in the read-only module cache.
func build(ctx context.Context, dir, pkg, program string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-mod=readonly", "-trimpath", "-buildvcs=false", "-o", program, pkg)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), alone...)
	var said bytes.Buffer
	cmd.Stderr = io.MultiWriter(os.Stderr, &said) // the go command prints its downloads
	defer time.AfterFunc(slow, func() { fmt.Fprintln(os.Stderr, "building the packager; this takes a while the first time") }).Stop()
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the packager in %s cannot be built: %v\n%s", dir, err, module.Offline(said.String()))
	}
	return nil
}

// slow is the time after which a build prints a message.
const slow = 3 * time.Second
