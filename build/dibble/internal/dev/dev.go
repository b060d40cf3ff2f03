// Package dev runs a tool while its author changes it. After each saved change, it builds
// and restarts the tool, and open pages reload.
package dev

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

const usage = `usage: dibble dev [folder of the tool's main package] [-- arguments of the tool]

Runs the tool, and builds and restarts it when you save a source file. Open pages reload,
and keep what you have typed and how far they were scrolled. If the tool does not compile
or does not start, the error is shown here and over the pages, and the previous build
keeps running. Files that the tool reads with app.Files and app.Templates need no build.

The tool's ID ends with .dev, so it has other files and another address than an installed
copy. To pass flags to the go command, such as -tags, set the environment variable GOFLAGS.
Ctrl-C ends dibble dev and the tool.
`

// Run runs the tool in the arguments of the command line, until ctx is done or the tool
// ends by itself.
func Run(ctx context.Context, args []string) error {
	if !signal.Ignored(syscall.SIGHUP) { // sent when the terminal closes; nohup ignores it
		var stop context.CancelFunc
		ctx, stop = signal.NotifyContext(ctx, syscall.SIGHUP)
		defer stop()
	}
	return run(ctx, args, os.Stdout, os.Stderr)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("dibble dev", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	folder := "."
	toolArgs := flags.Args()
	if n := len(args) - flags.NArg(); flags.NArg() > 0 && (n == 0 || args[n-1] != "--") {
		folder, toolArgs = flags.Arg(0), flags.Args()[1:]
		if len(toolArgs) > 0 {
			if toolArgs[0] != "--" {
				return fmt.Errorf("give one folder, and put the tool's arguments after two hyphens: dibble dev %s -- %s", folder, toolArgs[0])
			}
			toolArgs = toolArgs[1:]
		}
	}
	folder, err := filepath.Abs(folder)
	if err != nil {
		return err
	}
	if info, err := os.Stat(folder); err != nil {
		return err
	} else if !info.IsDir() {
		return fmt.Errorf("%s is not a folder; name the folder of the tool's main package", folder)
	}
	sources, err := findTool(ctx, folder)
	if err != nil {
		return err
	}
	return watchAndRun(ctx, sources, toolArgs, stdout, stderr)
}

// watchAndRun runs the tool and watches its files.
func watchAndRun(ctx context.Context, sources *sources, args []string, stdout, stderr io.Writer) (err error) {
	builds, err := os.MkdirTemp("", "dibble-dev-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(builds)) }()
	w, err := newWatcher(sources)
	if err != nil {
		return err
	}
	defer w.close()
	s := &session{
		args:    args,
		stdout:  stdout,
		stderr:  stderr,
		builds:  builds,
		sources: sources,
		watcher: w,
		id:      fmt.Sprintf("%x", time.Now().UnixNano()),
	}
	return s.run(ctx)
}
