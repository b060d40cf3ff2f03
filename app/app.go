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
	"github.com/dibbler-app/dibbler/app/internal/selftest"
	"github.com/dibbler-app/dibbler/app/internal/stdio"
	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
)

// App describes a program. Name and Plugins are required.
type App struct {
	// Name is the name of the program for people, such as "Calendar".
	Name string

	// ID identifies the program among the user's programs. Settings, log and the running
	// instance belong to the ID, so a program with another ID is another program. It
	// consists of a-z, 0-9, dots and hyphens, such as "org.example.calendar". If empty,
	// it is Name in lower case with hyphens for spaces. The first port that is tried also
	// depends on the ID, because browsers keep cookies and storage by port.
	ID string

	// Version is the version of the program, such as "1.2.0", which -version prints. Empty
	// means "(devel)".
	Version string

	// About describes the program in packages.
	About About

	// Icon is shown in the tray. Its PNG is required. The PNG is also shown in the
	// desktop's list of programs that start at login and, unless a plug-in serves
	// /favicon.ico, in the browser's tabs. The zero Icon means Dibbler's icon.
	Icon tray.Icon

	// Accent is the colour of buttons and links on the program's pages, and on pages with
	// its style sheet. It is a colour in CSS: a name such as "teal" or a number such as
	// "#2c6e49". If empty, it is Dibbler's green. Pages make it darker or lighter if the
	// contrast requires it.
	Accent string

	// Plugins serve the pages; see [dibbler.Server.Register]. If a plug-in implements
	// [Starter], its StartTool is called before the first page is served.
	Plugins []any

	// Opens lists the kinds of files and addresses that the tool opens. It may be empty.
	Opens []Opens

	// Wrap, if not nil, adds a middleware: it gets the handler of the plug-ins' pages and
	// returns the handler to use instead. It is called once, at the start. The program's
	// own checks run before that handler.
	Wrap func(http.Handler) http.Handler

	// HideErrors leaves the causes of errors and the stacks of panics out of the error
	// pages. They are still logged.
	HideErrors bool

	// MaxBody is the maximum size of a request's body, such as an upload, in bytes. Zero
	// means 32 MiB. With a negative value, the program does not start.
	MaxBody int64

	// SelfTest is called by -self-test while a copy of the program runs at url, such as
	// "http://127.0.0.1:45678/", with empty folders of its own. The self-test fails if
	// SelfTest returns an error. ctx is canceled when the copy ends.
	//
	// fetch prints a request, sends it, and returns the body of the response, or an error
	// if the status is not 200. Examples are fetch("GET", "?year=2003") and, with the
	// fields of a form in the query, fetch("POST", "save?n=1"). To test pages that
	// redirect, use url and package net/http.
	//
	// When SelfTest returns, the copy is shut down, unless SelfTest has already shut it
	// down. If SelfTest is nil, the home page is fetched.
	SelfTest func(ctx context.Context, url string, fetch func(method, page string) (text string, err error)) error
}

// About describes a program in packages, menus and software centres. All fields are
// optional. Each string is one line of plain text.
type About struct {
	// Publisher is the name and email address of the program's publisher, as in git: "Ada
	// Lovelace <ada@example.org>". Packages for Linux should have an email address.
	Publisher string

	// Summary describes the program in a few words, such as "Boil tea to the second".
	// Description describes it in a paragraph.
	Summary, Description string

	// Homepage is the URL of the program's web site. If App.ID has no dot, macOS and
	// software centres identify the program by the reversed host name followed by the ID:
	// the host ada.example.org gives org.example.ada.ID.
	Homepage string

	// License is the SPDX identifier of the licence, such as "MIT".
	License string

	// Package is the name of the Linux packages. If empty, it is the part of App.ID after
	// the last dot. Set it if a distribution has another package with that name.
	Package string

	// Categories and Keywords are for menus on Linux. The Desktop Menu Specification
	// defines the categories, such as "Office" and "Calendar". Without categories, the
	// category is "Utility".
	Categories, Keywords []string
}

// The exit statuses of a program.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
	exitCut   = 3 // a request, task or job did not finish and was cut off
)

// Main runs the program with the arguments of the command line, and exits the process.
// Call it from func main, on the main goroutine. The exit status is 0 if the program was
// asked to end and all requests and other work finished, 3 if some of it was cut off, 2
// for bad arguments, and 1 for any other failure.
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
			err = selftest.Run(*a, a.ID, a.Name, a.SelfTest, stdout, stderr)
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

// openHere opens url in the browser, in a process that the program starts. If it fails,
// it writes the reason to standard output, which the program reads. Its standard error
// goes to the log.
func openHere(url string, stdout, stderr io.Writer) int {
	if err := desk.OpenHere(url, stderr); err != nil {
		fmt.Fprintln(stdout, err)
		return exitError
	}
	return exitOK
}

// isColor reports whether text has the form of a colour name or number.
func isColor(text string) bool {
	number, ok := strings.CutPrefix(text, "#")
	if ok {
		_, err := strconv.ParseUint(number, 16, 32)
		return err == nil && (len(number) == 3 || len(number) == 6)
	}
	return !strings.ContainsFunc(strings.ToLower(text), func(r rune) bool { return r < 'a' || r > 'z' })
}

// setDefaults sets the fields that are empty, and checks the others.
func (a *App) setDefaults() error {
	if a.Name == "" {
		return errors.New("app: App.Name is empty; set it to the name of the program, such as \"Calendar\"")
	}
	if err := launch.Check(a.opens()); err != nil {
		return fmt.Errorf("app: App.Opens: %w", err)
	}
	a.ID = cmp.Or(a.ID, strings.ReplaceAll(strings.ToLower(a.Name), " ", "-"))
	if err := dirs.CheckID(a.ID); err != nil {
		return fmt.Errorf("app: set App.ID: %w", err)
	}
	if a.Accent != "" && !isColor(a.Accent) {
		return fmt.Errorf("app: App.Accent is %q; use the name of a colour in CSS, such as teal, or its number, such as #2c6e49", a.Accent)
	}
	switch i := a.Icon; {
	case len(i.PNG) > 0:
	case len(i.Template) > 0 || len(i.LightICO) > 0 || len(i.DarkICO) > 0:
		return errors.New("app: App.Icon has other forms of the icon but no PNG; set App.Icon.PNG, too")
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
