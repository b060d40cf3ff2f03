// Command dibble makes, runs and packages tools, for their authors:
//
//	dibble new ../teatimer   make a tool, in a module of its own
//	go tool dibble dev       run it; each change that you save is seen at once
//	go tool dibble package   make what people install
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

// A verb is something that the command does, with the arguments that follow it.
type verb struct {
	name, summary string
	run           func(ctx context.Context, args []string) error
}

var verbs = []verb{
	{"new", "make a tool in a new folder", create.Run},
	{"dev", "run the tool in this folder, and restart it after each change", dev.Run},
	{"package", "make what people install, in dist", nested.Package},
	{"icons", "draw the tool's icons from icon.svg", nested.Icons},
	{"doctor", "say what this machine lacks for packaging, and how to get it", doctor.Run},
}

func main() {
	if len(os.Args) > 1 {
		for _, v := range verbs {
			if v.name == os.Args[1] {
				os.Exit(do(v, os.Args[2:], os.Stderr))
			}
		}
	}
	fmt.Fprintln(os.Stderr, "usage: dibble VERB; dibble VERB -help says more")
	for _, v := range verbs {
		fmt.Fprintf(os.Stderr, "  %-8s %s\n", v.name, v.summary)
	}
	os.Exit(2)
}

// do returns the exit status. Why it has failed is written to stderr.
func do(v verb, args []string, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := v.run(ctx, args)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	// As it is, it is that of a program that has said why. In another error it is that of
	// the go command, say, which nobody has heard.
	if exit, ok := err.(*exec.ExitError); ok {
		return max(exit.ExitCode(), 1)
	}
	fmt.Fprintf(stderr, "dibble %s: %v\n", v.name, err)
	return 1
}
