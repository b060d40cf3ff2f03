// Package app makes a program of plug-ins that somebody can use as their own
// tool: it serves the pages to this machine only, opens the browser on them,
// and ends when it is told to.
//
//	func main() {
//		app.Main(app.App{
//			Name:    "Calendar",
//			Plugins: []any{&calendar.Calendar{}},
//		})
//	}
package app

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/dibbler-app/dibbler/dibbler"
)

// App says what a program is. Name and Plugins are needed.
type App struct {
	// Name is what people call the program, such as "Calendar".
	Name string

	// Version is what -version prints. Empty means "(devel)".
	Version string

	// Plugins serve the pages; see [dibbler.Server.Register].
	Plugins []any

	// SelfTest is what -self-test does with a copy of the program that runs at url,
	// such as "http://127.0.0.1:45678/". It prints with say what it does. It may end
	// by asking the program to shut down, which otherwise happens when it returns.
	// Nil means that the home page is fetched.
	SelfTest func(ctx context.Context, url string, say func(format string, args ...any)) error
}

// The exit statuses of a program.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
	exitCut   = 3 // something was not finished in time, or not let finish
)

// Main runs the program with the arguments of the command line, and exits. An
// end that was asked for, with everything in flight finished, is exit status 0;
// one that had to cut something off is 3; bad arguments are 2, and every other
// failure is 1.
func Main(a App) {
	os.Exit(a.main(os.Args[1:], os.Stdout, os.Stderr))
}

func (a *App) main(args []string, stdout, stderr io.Writer) int {
	opts, err := a.parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	case opts.version:
		fmt.Fprintln(stdout, a.title())
		return exitOK
	}
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	if opts.selfTest {
		err = a.testItself(signals, stdout)
	} else {
		err = a.run(opts, signals, stdout)
	}
	if err == nil {
		return exitOK
	}
	fmt.Fprintf(stderr, "%s: %v\n", a.Name, err)
	if _, cut := errors.AsType[*dibbler.CutError](err); cut {
		return exitCut
	}
	return exitError
}
