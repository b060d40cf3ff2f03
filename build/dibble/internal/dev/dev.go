// Package dev runs a tool while its author changes it: each change that is saved is built
// and run in place of the one before, and open pages load again.
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

It runs the tool, and builds and starts it again when a source file is saved. Open pages
load again, with what was typed and where they were scrolled to. What does not compile or
start is shown here and over the pages, while the build before it goes on. What the tool
reads by app.Files and app.Templates is seen without a build.

The tool has an ID of its own, which ends with .dev, and so other files and another
address than the one that is installed. Flags for the go command, such as -tags, stand in
the environment variable GOFLAGS. Ctrl-C ends it all.
`

// Run does it with the arguments of the command line, until ctx is done or the tool ends
// by itself.
func Run(ctx context.Context, args []string) error {
	if !signal.Ignored(syscall.SIGHUP) { // of the terminal's end; nohup ignores it
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
				return fmt.Errorf("there is one folder, and the tool's arguments stand after two hyphens: dibble dev %s -- %s", folder, toolArgs[0])
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
		return fmt.Errorf("%s is no folder; give the folder of the tool's main package", folder)
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
