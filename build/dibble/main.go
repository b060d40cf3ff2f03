// Command dibble makes, runs and packages tools, for their authors:
//
//	dibble new ../teatimer   make a new tool, in its own module
//	go tool dibble dev       run it, and restart it after each saved change
//	go tool dibble package   make packages and installers
//
// Without a verb it lists the verbs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/dibbler-app/dibbler/build/dibble/internal/create"
	"github.com/dibbler-app/dibbler/build/dibble/internal/dev"
	"github.com/dibbler-app/dibbler/build/dibble/internal/doctor"
	"github.com/dibbler-app/dibbler/build/internal/nested"
)

// A verb is an action of the command. It gets the arguments that follow the verb.
type verb struct {
	name, summary string
	run           func(ctx context.Context, args []string) error
}

var verbs = []verb{
	{"new", "make a tool in a new folder", create.Run},
	{"dev", "run the tool in this folder, and restart it after each change", dev.Run},
	{"package", "make packages and installers in dist", nested.Package},
	{"icons", "draw the tool's icons from icon.svg", nested.Icons},
	{"doctor", "check what is missing on this computer, and print how to get it", doctor.Run},
}

func main() {
	if len(os.Args) > 1 {
		for _, v := range verbs {
			if v.name == os.Args[1] {
				os.Exit(do(v, os.Args[2:], os.Stderr))
			}
		}
	}
	fmt.Fprintln(os.Stderr, "usage: dibble VERB; for more, dibble VERB -help")
	for _, v := range verbs {
		fmt.Fprintf(os.Stderr, "  %-8s %s\n", v.name, v.summary)
	}
	os.Exit(2)
}

// do runs v and returns the exit status. It writes errors to stderr.
func do(v verb, args []string, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := v.run(ctx, args)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	// An unwrapped ExitError is from a program that has printed its error. A wrapped one
	// is, for example, from a go command whose output was not shown.
	if exit, ok := err.(*exec.ExitError); ok {
		return max(exit.ExitCode(), 1)
	}
	fmt.Fprintf(stderr, "dibble %s: %v\n", v.name, err)
	return 1
}
