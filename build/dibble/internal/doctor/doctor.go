// Package doctor says what a machine lacks for making tools and their packages, and how to
// get it.
package doctor

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"text/tabwriter"
)

// Run prints a table. It fails only if no tool for this machine itself can be made.
func Run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("dibble doctor", flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: dibble doctor\n\nSays what this machine lacks for making tools and their packages, and how to get it.")
	}
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%q: doctor takes no arguments", flags.Args())
	}
	found, err := examine(ctx, runtime.GOOS, ".")
	if err != nil {
		return err
	}
	return report(os.Stdout, found)
}

// A finding is a line of the table.
type finding struct {
	target  string // what can be made or done
	ok      bool
	details string // which program does it, or how to get that
	vital   bool   // without it there is no tool for this machine
}

// examine examines this machine, as if its system were goos, for the module in dir.
func examine(ctx context.Context, goos, dir string) ([]finding, error) {
	compiler, err := goTool(ctx, dir)
	if err != nil {
		return nil, err
	}
	found := []finding{compiler}
	if compiler.ok {
		found = append(found, finding{target: "packages for Linux, .zip for Windows", ok: true, details: "need nothing more"})
	}
	for _, p := range parts(goos, goEnv(ctx, "CC")) {
		found = append(found, p.look(ctx))
	}
	return found, nil
}

// report prints the findings as a table.
func report(w io.Writer, found []finding) error {
	var failed bool
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, f := range found {
		state := "ok"
		if !f.ok {
			state = "missing"
			failed = failed || f.vital
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", f.target, state, f.details)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nTo see what a tool can use on this desktop, run it with -doctor: go run . -doctor")
	if failed {
		return errors.New("no tools for this machine can be made until this is fixed")
	}
	return nil
}
