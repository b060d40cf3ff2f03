package app

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/dev"
	"github.com/dibbler-app/dibbler/app/internal/dirs"
	"github.com/dibbler-app/dibbler/app/internal/instance"
	"github.com/dibbler-app/dibbler/app/internal/launch"
	"github.com/dibbler-app/dibbler/app/internal/ports"
)

// options are the parsed arguments of the command line.
type options struct {
	port      int  // -1 if not given
	dev       bool // whether dibble dev has started the program
	noBrowser bool
	noTray    bool
	verbose   bool
	quit      bool
	doctor    bool
	selfTest  bool
	version   bool
	about     string   // the file for -about
	args      []string // files and addresses to open
}

// serves reports whether the options start the program, instead of another action.
func (o options) serves() bool {
	return !(o.quit || o.doctor || o.selfTest || o.version || o.about != "")
}

// flags returns the flags of the command line, which set o. Flags without a usage text
// are for programs that start this one; -help does not show them.
func (a *App) flags(o *options) *flag.FlagSet {
	f := flag.NewFlagSet(a.Name, flag.ContinueOnError)
	f.Func("port", "listen on this `port`; 0 means any free port (default: the same port as last time; the first time, a port of the program's own)", func(s string) error {
		port, err := strconv.ParseUint(s, 10, 16)
		if err != nil {
			return errors.New("use 0 to 65535")
		}
		o.port = int(port)
		if port == 0 {
			return nil
		}
		return ports.Check(o.port)
	})
	f.BoolVar(&o.noBrowser, "no-browser", false, "do not open the browser")
	f.BoolVar(&o.noTray, "no-tray", false, "show no icon in the tray")
	f.BoolVar(&o.verbose, "verbose", false, "write the log to standard error as well, with more detail")
	f.BoolVar(&o.quit, "quit", false, "shut down the running program, and wait until it has ended")
	f.BoolVar(&o.doctor, "doctor", false, "check what works on this computer, and print the result")
	f.BoolVar(&o.selfTest, "self-test", false, "start on a free port, try the pages, shut down, and print the result")
	f.BoolVar(&o.version, "version", false, "print the version")
	f.StringVar(&o.about, "about", "", "")
	return f
}

func hidden(f *flag.Flag) bool { return f.Usage == "" }

// parse parses the arguments. It also writes its error to stderr.
func (a *App) parse(args []string, stderr io.Writer) (options, error) {
	o := options{port: -1}
	if len(args) > 0 && args[0] == dev.Flag {
		o.dev, args = true, args[1:]
	}
	f := a.flags(&o)
	f.SetOutput(stderr)
	f.Usage = func() {
		open := ""
		if len(a.Opens) > 0 {
			open = " [-- file or address ...]"
		}
		fmt.Fprintf(stderr, "%s\n\nUsage: %s [flags]%s\n\nFlags:\n", a.title(), filepath.Base(os.Args[0]), open)
		shown := flag.NewFlagSet("", flag.ContinueOnError)
		shown.SetOutput(stderr)
		f.VisitAll(func(f *flag.Flag) {
			if !hidden(f) {
				shown.Var(f.Value, f.Name, f.Usage)
			}
		})
		shown.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		return o, err
	}
	o.args = f.Args()
	if err := a.checkArgs(args, o); err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", a.Name, err)
		return o, err
	}
	return o, nil
}

// checkArgs returns an error if arguments that are not flags are not allowed.
func (a *App) checkArgs(args []string, o options) error {
	if len(o.args) == 0 {
		return nil
	}
	before := args[:len(args)-len(o.args)]
	switch {
	case len(a.Opens) == 0 || !o.serves():
		return fmt.Errorf("%q is not a flag; only flags are allowed here", o.args[0])
	case len(before) == 0 || before[len(before)-1] != "--":
		return fmt.Errorf("%q is not a flag; put -- before the files and addresses to open", o.args[0])
	}
	return nil
}

func (a *App) title() string {
	return fmt.Sprintf("%s %s (%s, %s/%s)", a.Name, cmp.Or(a.Version, "(devel)"), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// A description is the output of -about. Command build/package reads it.
type description struct {
	Name, ID, Version string
	Command           string // the name of the executable
	About             About
	Opens             []Opens
	Flags             []flagHelp
}

// A flagHelp is a flag as -help shows it.
type flagHelp struct{ Name, Argument, Usage string }

// describe writes the description of the program to a file, as JSON. It does not write to
// standard output, because a windowed program on Windows has none.
func (a *App) describe(file string) error {
	d := description{
		Name:    a.Name,
		ID:      a.ID,
		Version: a.Version,
		Command: a.ID[strings.LastIndexByte(a.ID, '.')+1:],
		About:   a.About,
		Opens:   a.Opens,
	}
	a.flags(new(options)).VisitAll(func(f *flag.Flag) {
		if !hidden(f) {
			argument, usage := flag.UnquoteUsage(f)
			d.Flags = append(d.Flags, flagHelp{f.Name, argument, usage})
		}
	})
	text, err := json.MarshalIndent(d, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o666)
}

// quitTimeout is how long -quit waits until the program has ended, with its requests and
// the plug-ins' OnFlush.
const quitTimeout = time.Minute

// quitOther runs -quit: it ends the running instance, and waits until it has ended.
func (a *App) quitOther(stdout io.Writer) error {
	folders, err := dirs.Make(a.ID)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(context.Background(), quitTimeout, fmt.Errorf(
		"%s has not ended after %v; end it in the system's task manager", a.Name, quitTimeout))
	defer cancel()
	quit, err := launch.Message{Command: launch.Quit}.Encode()
	if err != nil {
		return err
	}
	_, err = instance.SendAndWait(ctx, folders.Locks(), quit)
	if errors.Is(err, instance.ErrNotRunning) {
		fmt.Fprintf(stdout, "%s was not running.\n", a.Name)
		return nil
	}
	if err == nil {
		fmt.Fprintf(stdout, "%s has ended.\n", a.Name)
	}
	return err
}
