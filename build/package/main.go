// Command package makes what people install of a tool, in the folder dist beside its
// package main. What it is called and who makes it, the tool says itself, as app.App has
// it:
//
//	package
//	package -only windows
//	package -version 1.2.3 ./cmd/teatimer
//	package -sign '-pkcs12 me.p12 -readpass password.txt -ts http://timestamp.example.org'
//
// The icon is icon.svg beside package main, or icon.png of at least 256 pixels square. The
// same source, its last commit and the same Go make the same bytes; only signatures differ.
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
		fmt.Fprintln(os.Stderr, "package: interrupted; what was made before is still there")
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "package:", err)
		os.Exit(1)
	}
}

// A system is one that packages are made for.
type system struct {
	name, goos  string
	linkerFlags string
	needs       *tool // for some of them
	make        func(*packaging, program) error
}

var systems = []system{
	{"linux", "linux", "", nil, (*packaging).linux},
	{"windows", "windows", "-H=windowsgui", makensis, (*packaging).windows}, // without a console
	{"macos", "darwin", "", nil, (*packaging).macOS},
}

// architectures are what packages are made for, as Go names them.
var architectures = []string{"amd64", "arm64"}

// A target is what one program is made for.
type target struct {
	system
	goarch string
}

func (t target) platform() string { return t.name + "/" + t.goarch }

// run packages the program in the folder root, or in the one below it that args name.
func run(ctx context.Context, root string, args []string) error {
	f := flag.NewFlagSet("package", flag.ContinueOnError)
	only := f.String("only", "", "make only the packages for these `systems`, with commas between: linux, windows, macos, or linux/arm64 and the like")
	version := f.String("version", "", "another `version` than the program's own, for a trial: it is put into the variable version of package main")
	icon := f.String("icon", "", "the `file` of the icon, .svg or .png; by default icon.svg or icon.png beside package main")
	signWith := f.String("sign", "", "sign the Windows programs; osslsigncode sign gets these `arguments`, which say what with, those with blanks in quotes")
	signCA := f.String("sign-ca", "", "the `file` of certificates that the signatures must lead to; the system's if empty")
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
	root, err := filepath.Abs(filepath.Join(root, f.Arg(0)))
	if err != nil {
		return err
	}
	*only = once(*only)
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

// once leaves out of a list with commas what it has said before.
func once(list string) string {
	var names []string
	for name := range strings.SplitSeq(list, ",") {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// choose returns the targets in a list with commas, each once, in which a system
// stands for all of its own; an empty list means all there are.
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
