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

	"github.com/dibbler-app/dibbler/assets/about"
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
	name  string
	tools []tool // without which they cannot be made
	make  func(*packaging) error
}

var systems = []system{
	{"linux", nil, (*packaging).linux},
	{"windows", []tool{{"makensis", "nsis"}}, (*packaging).windows},
	{"macos", nil, (*packaging).macOS},
}

// run packages the module in the folder root.
func run(ctx context.Context, root string, args []string) error {
	f := flag.NewFlagSet("package", flag.ContinueOnError)
	only := f.String("only", "", "make only the packages for these `systems`, with commas between: linux, windows, macos")
	version := f.String("version", about.Version, "another version than the program's own, for a trial")
	signWith := f.String("sign", "", "sign the Windows programs; osslsigncode sign gets these `arguments`, which say what with")
	signCA := f.String("sign-ca", "", "the `file` of certificates that the signatures must lead to; the system's if empty")
	if err := f.Parse(args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return fmt.Errorf("%q is not a flag", f.Arg(0))
	}
	wanted, err := choose(*only)
	if err != nil {
		return err
	}
	p := &packaging{ctx: ctx, root: root, version: *version, signArgs: strings.Fields(*signWith), signCA: *signCA}
	return p.run(wanted)
}

// choose returns the systems in a list with commas; none means all.
func choose(only string) ([]system, error) {
	if only == "" {
		return systems, nil
	}
	var wanted []system
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(systems, func(s system) bool { return s.name == name })
		if i < 0 {
			return nil, fmt.Errorf("-only %s: want linux, windows or macos, or some of them with commas between", only)
		}
		wanted = append(wanted, systems[i])
	}
	return wanted, nil
}
