// Command package makes what people install of the program, in the folder dist:
//
//	go run ./build package
//	go run ./build package -only windows
//	go run ./build package -sign '-pkcs12 me.p12 -readpass password.txt -ts http://timestamp.example.org'
//
// It is run in the folder of the module that it packages. The same source and
// the same Go make the same bytes; only signatures differ.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/dibbler-app/dibbler/build/internal/about"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, ".", os.Args[1:])
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "package:", err)
		os.Exit(1)
	}
}

// A system is one that packages are made for.
type system struct {
	name, goos string
	tools      []tool // without which they cannot be made
	make       func(*packaging, program) error
}

var systems = []system{
	{"linux", "linux", nil, (*packaging).linux},
	{"windows", "windows", []tool{{"makensis", "nsis"}}, (*packaging).windows},
	{"macos", "darwin", nil, (*packaging).macOS},
}

// architectures are what packages are made for, as Go names them.
var architectures = []string{"amd64", "arm64"}

// A target is what one program is made for.
type target struct {
	system
	goarch string
}

func (t target) platform() string { return t.name + "/" + t.goarch }

// run packages the module in the folder root.
func run(ctx context.Context, root string, args []string) error {
	f := flag.NewFlagSet("package", flag.ContinueOnError)
	only := f.String("only", "", "make only the packages for these `systems`, with commas between: linux, windows, macos, or linux/arm64 and the like")
	version := f.String("version", about.Version, "another version than the program's own, for a trial")
	signWith := f.String("sign", "", "sign the Windows programs; osslsigncode sign gets these `arguments`, which say what with")
	signCA := f.String("sign-ca", "", "the `file` of certificates that the signatures must lead to; the system's if empty")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("%q is not a flag", f.Arg(0))
	}
	*only = once(*only)
	wanted, err := choose(*only)
	if err != nil {
		return err
	}
	p := &packaging{ctx: ctx, root: root, version: *version, only: *only, signArgs: strings.Fields(*signWith), signCA: *signCA}
	return p.run(wanted)
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
