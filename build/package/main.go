// Command package makes the packages of a tool, in the folder dist beside its package main.
// It runs the tool to learn its name, publisher and so on, as they are in app.App:
//
//	package
//	package -only windows
//	package -version 1.2.3 ./cmd/teatimer
//	package -sign '-pkcs12 me.p12 -readpass password.txt -ts http://timestamp.example.org'
//
// The icon is icon.svg beside package main, or icon.png of at least 256 pixels square. The
// same source, last commit and Go version make the same bytes; only signatures differ.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, ".", os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil && ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "package: interrupted; the packages of the last run are still there")
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "package:", err)
		os.Exit(1)
	}
}

// A system is an operating system that packages are made for.
type system struct {
	name, goos  string
	linkerFlags string
	needs       *tool // for some packages; may be nil
	make        func(*packaging, program) error
}

var systems = []system{
	{"linux", "linux", "", nil, (*packaging).linux},
	{"windows", "windows", "-H=windowsgui", makensis, (*packaging).windows}, // without a console
	{"macos", "darwin", "", nil, (*packaging).macOS},
}

// architectures are those that packages are made for, as Go names them.
var architectures = []string{"amd64", "arm64"}

// A target is a system and an architecture that a program is made for.
type target struct {
	system
	goarch string
}

func (t target) platform() string { return t.name + "/" + t.goarch }

// run packages the program in the folder root, or in the one below it that args name.
func run(ctx context.Context, root string, args []string) error {
	f := flag.NewFlagSet("package", flag.ContinueOnError)
	only := f.String("only", "", "make only the packages for these `systems`, separated by commas: linux, windows, macos, or one of them with an architecture, such as linux/arm64")
	version := f.String("version", "", "use this `version` in place of the program's own, for a trial: it is set in the variable version of package main")
	icon := f.String("icon", "", "the `file` of the icon, .svg or .png; by default icon.svg or icon.png beside package main")
	signWith := f.String("sign", "", "sign the Windows programs, with these `arguments` of osslsigncode sign; those with blanks need quotes")
	signCA := f.String("sign-ca", "", "the `file` with the certificates that signatures must lead to; by default those of the system")
	f.Usage = func() {
		fmt.Fprintln(f.Output(), "usage: package [flags] [folder of package main]")
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 1 {
		return fmt.Errorf("%q: want one folder, after the flags", f.Args())
	}
	if folder := f.Arg(0); filepath.IsAbs(folder) {
		root = folder
	} else {
		root = filepath.Join(root, folder)
	}
	root, err := filepath.Abs(root)
	if err != nil {
		return err
	}
	wanted, err := choose(*only)
	if err != nil {
		return err
	}
	signArgs, err := splitWords(*signWith)
	if err != nil {
		return fmt.Errorf("-sign: %w", err)
	}
	p := &packaging{ctx: ctx, root: root, wantVersion: *version, only: *only, signArgs: signArgs, signCA: *signCA}
	return p.run(wanted, *icon)
}

// choose returns the targets in a list with commas, each once. A system in the list means
// all its targets. An empty list means all targets.
func choose(only string) ([]target, error) {
	var all, wanted []target
	for _, s := range systems {
		for _, goarch := range architectures {
			all = append(all, target{s, goarch})
		}
	}
	if only == "" {
		return all, nil
	}
	for name := range strings.SplitSeq(only, ",") {
		known := false
		for _, t := range all {
			if name == t.name || name == t.platform() {
				known = true
				if !slices.ContainsFunc(wanted, func(w target) bool { return w.platform() == t.platform() }) {
					wanted = append(wanted, t)
				}
			}
		}
		if !known {
			return nil, fmt.Errorf("-only: there is no %q; want linux, windows, macos, or one of them with an architecture, such as linux/arm64", name)
		}
	}
	return wanted, nil
}
