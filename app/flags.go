package app

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"runtime"
)

// defaultPort is where the original's example was found.
const defaultPort = 8888

// options are what the command line says.
type options struct {
	port      int
	noBrowser bool
	noTray    bool
	selfTest  bool
	version   bool
}

// parse reads the arguments. What is wrong with them has been written to stderr
// when it returns an error.
func (a *App) parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet(a.Name, flag.ContinueOnError)
	f.SetOutput(stderr)
	f.IntVar(&o.port, "port", defaultPort, "serve at this `port` of this machine; 0 is any free one")
	f.BoolVar(&o.noBrowser, "no-browser", false, "do not open the browser")
	f.BoolVar(&o.noTray, "no-tray", false, "show no icon in the tray")
	f.BoolVar(&o.selfTest, "self-test", false, "start on a free port, try the pages, shut down, and tell how it went")
	f.BoolVar(&o.version, "version", false, "print the version")
	f.Usage = func() {
		fmt.Fprintf(stderr, "%s\n\nFlags:\n", a.title())
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		return o, err
	}
	var err error
	switch {
	case f.NArg() > 0:
		err = fmt.Errorf("%q is not a flag; there are no other arguments", f.Arg(0))
	case o.port < 0 || o.port > 65535:
		err = fmt.Errorf("-port %d: want 0 to 65535", o.port)
	}
	if err != nil {
		fmt.Fprintf(stderr, "%s: %v\n", a.Name, err)
	}
	return o, err
}

func (a *App) title() string {
	return fmt.Sprintf("%s %s (%s, %s/%s)", a.Name, cmp.Or(a.Version, "(devel)"), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}
