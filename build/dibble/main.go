// Command dibble is for the author of a tool, from the idea to the installer:
//
//	dibble new ../teatimer   make a tool, in a module of its own
//	go tool dibble dev       run it; each change that is saved is seen at once
//	go tool dibble package   make what people install
//
// Without a verb it lists the verbs.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
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
	{"dev", "run the tool of this folder, and again after each change", dev.Run},
	{"package", "make what people install of it, in dist", nested.Package},
	{"icons", "draw its icons from icon.svg", nested.Icons},
	{"doctor", "say what this machine lacks for making it", doctor.Run},
}

func main() {
	if len(os.Args) > 1 {
		for _, v := range verbs {
			if v.name == os.Args[1] {
				os.Exit(do(v, os.Args[2:]))
			}
		}
	}
	fmt.Fprintln(os.Stderr, "usage: dibble VERB, and dibble VERB -help for more")
	for _, v := range verbs {
		fmt.Fprintf(os.Stderr, "  %-8s %s\n", v.name, v.summary)
	}
	os.Exit(2)
}

// do returns the exit status.
func do(v verb, args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := v.run(ctx, args)
	var exit *exec.ExitError
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &exit): // of a program that has said why
		return max(exit.ExitCode(), 1)
	default:
		fmt.Fprintf(os.Stderr, "dibble %s: %v\n", v.name, err)
		return 1
	}
}
