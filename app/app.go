package app

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/dirs"
	"github.com/dibbler-app/dibbler/app/internal/doctor"
	"github.com/dibbler-app/dibbler/app/internal/launch"
	"github.com/dibbler-app/dibbler/app/internal/stdio"
	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
)

// App describes a program. Name and Plugins are required.
type App struct {
	// Name is what people call the program, such as "Calendar".
	Name string

	// ID identifies the program among all others of its user: its settings, its log
	// and its one running instance belong to the ID. It consists of a-z, 0-9, dots and
	// hyphens, such as "org.example.calendar". If empty, it is Name in lower case, with
	// hyphens for blanks. A program with another ID is another program. The port that is
	// tried first also depends on the ID, because browsers keep cookies and storage by
	// port.
	ID string

	// Version is what -version prints. Empty means "(devel)".
	Version string

	// About describes the program in packages.
	About About

	// Icon is shown in the tray. Its PNG, which is required, is also shown in the
	// browser's tabs, unless a plug-in serves /favicon.ico, and in the desktop's list of
	// programs that start at login. The zero Icon is Dibbler's.
	Icon tray.Icon

	// Accent is the colour of buttons and links on the program's pages, and on pages with its
	// style sheet: a colour in CSS, by name such as "teal" or as "#2c6e49". If empty, it is
	// Dibbler's green. Pages take it darker or lighter where the contrast needs it.
	Accent string

	// Plugins serve the pages; see [dibbler.Server.Register]. Those that implement
	// [Starter] are called with a [Tool] before the first page is served.
	Plugins []any

	// Opens are the kinds of files and the addresses that the tool opens, if any.
	Opens []Opens

	// Wrap, if not nil, wraps the handler of all pages of the plug-ins. The program's
	// own checks come before it.
	Wrap func(http.Handler) http.Handler

	// HideErrors keeps the causes of errors and the stacks of panics off the error
	// pages. They are logged all the same.
	HideErrors bool

	// MaxBody limits the body of a request, such as an upload, in bytes. Zero means
	// 32 MiB.
	MaxBody int64

	// SelfTest is called by -self-test, with a copy of the program running at url, such
	// as "http://127.0.0.1:45678/". fetch prints a request, sends it, and returns the
	// text of the response, or an error if the status is not 200. Examples are
	// fetch("GET", "?year=2003") and, with a form's fields in the query,
	// fetch("POST", "save?n=1"). For pages that redirect, use url and package net/http.
	// The copy is shut down when SelfTest returns, unless SelfTest has done that. If
	// nil, the home page is fetched.
	SelfTest func(ctx context.Context, url string, fetch func(method, page string) (text string, err error)) error
}

// About describes a program in packages, menus and software centres. All fields are
// optional. Each is plain text in one line.
type About struct {
	// Publisher is the name and mail address of the program's publisher, as in git:
	// "Ada Lovelace <ada@example.org>". Packages for Linux should have the address.
	Publisher string

	// Summary says in a few words what the program does, such as "Boil tea to the
	// second", and Description says it in a paragraph.
	Summary, Description string

	// Homepage is the address of the program's web site. If App.ID has no dot, macOS and
	// software centres identify the program by the reversed host name and the ID: with
	// https://ada.example.org/ it is org.example.ada.ID.
	Homepage string

	// License is the SPDX identifier of the licence, such as "MIT".
	License string

	// Package is the name of the packages for Linux. If empty, it is the last part of
	// App.ID. Set it if a distribution has another package of that name.
	Package string

	// Categories and Keywords are for menus on Linux. The categories are defined by the
	// Desktop Menu Specification, such as "Office" and "Calendar". If there are none, the
	// category is "Utility".
	Categories, Keywords []string
}

// The exit statuses of a program.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
	exitCut   = 3 // something was cut off: it took too long, or was not allowed to finish
)

// Main runs the program with the arguments of the command line, and exits. It must be
// called from func main, on the main goroutine. The exit status is 0 if the program was
// asked to end and everything in flight has finished, 3 if something was cut off, 2 for
// bad arguments and 1 for any other failure.
func Main(a App) {
	os.Exit(a.main(os.Args[1:], stdio.NewWriter(os.Stdout), stdio.NewWriter(os.Stderr)))
}

func (a *App) main(args []string, stdout, stderr io.Writer) int {
	stdio.CatchSIGPIPE()
	if url, ok := desk.URLToOpen(args); ok {
		return openHere(url, stdout, stderr)
	}
	opts, err := a.parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	case opts.version && opts.about == "":
		fmt.Fprintln(stdout, a.title())
		return exitOK
	}
	if err = a.setDefaults(); err == nil {
		switch {
		case opts.about != "":
			err = a.describe(opts.about)
		case opts.selfTest:
			quietLogger()
			err = a.testItself(stdout, stderr)
		case opts.doctor:
			err = doctor.Examine(doctor.Config{Name: a.Name, ID: a.ID, Title: a.title(), Icon: a.Icon.PNG, Settings: settingsName}, stdout)
		case opts.quit:
			err = a.quitOther(stdout)
		default:
			err = a.run(opts, stdout, stderr)
		}
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

// isColor reports whether text can be a colour by name or number.
func isColor(text string) bool {
	number, ok := strings.CutPrefix(text, "#")
	if ok {
		_, err := strconv.ParseUint(number, 16, 32)
		return err == nil && (len(number) == 3 || len(number) == 6)
	}
	return !strings.ContainsFunc(strings.ToLower(text), func(r rune) bool { return r < 'a' || r > 'z' })
}

// setDefaults sets the fields that the author left out, and checks the others.
func (a *App) setDefaults() error {
	if a.Name == "" {
		return errors.New("app: App.Name is empty; what do people call the program?")
	}
	if err := launch.Check(a.opens()); err != nil {
		return fmt.Errorf("app: App.Opens: %w", err)
	}
	a.ID = cmp.Or(a.ID, strings.ReplaceAll(strings.ToLower(a.Name), " ", "-"))
	if err := dirs.CheckID(a.ID); err != nil {
		return fmt.Errorf("app: set App.ID: %w", err)
	}
	if a.Accent != "" && !isColor(a.Accent) {
		return fmt.Errorf("app: App.Accent is %q; want the name of a colour in CSS, such as teal, or its number, such as #2c6e49", a.Accent)
	}
	switch i := a.Icon; {
	case len(i.PNG) > 0:
	case len(i.Template) > 0 || len(i.LightICO) > 0 || len(i.DarkICO) > 0:
		return errors.New("app: App.Icon.PNG is empty, and other forms of the icon are not; give it as a PNG, too")
	default:
		a.Icon = tray.Icon{
			PNG:      assets.TrayPNG,
			Template: assets.TrayTemplate,
			LightICO: assets.TrayLightICO,
			DarkICO:  assets.TrayDarkICO,
		}
	}
	return nil
}
