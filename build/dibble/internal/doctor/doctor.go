// Package doctor checks which programs are missing on a computer for making tools and
// packages, and prints how to get them.
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

// Run prints a table. It fails only if no tool for this computer can be made.
func Run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("dibble doctor", flag.ContinueOnError)
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "usage: dibble doctor\n\nChecks which programs are missing for making tools and packages, and prints how to get them.")
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
	target  string // something that the author makes or does
	ok      bool
	details string // the program for it, or how to get one
	vital   bool   // required to make a tool for this computer
}

// examine examines this computer, as if its system were goos, for the module in dir.
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
		return errors.New("fix this first, to make tools for this computer")
	}
	return nil
}
