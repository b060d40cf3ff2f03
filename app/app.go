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

// App says what a program is. Name and Plugins are needed.
type App struct {
	// Name is what people call the program, such as "Calendar".
	Name string

	// ID tells the program from all others of its user: its settings, its log and
	// its one running instance go by it. It consists of a-z, 0-9, dots and hyphens,
	// such as "org.example.calendar". Empty means Name in lower case, with hyphens
	// for blanks. A program that changes its ID is another one. The port that it tries
	// first also goes by its ID, because browsers keep cookies and storage by port.
	ID string

	// Version is what -version prints. Empty means "(devel)".
	Version string

	// About is what packages say of the program.
	About About

	// Icon is shown in the tray. Its PNG, which is needed, is also shown in the
	// browser's tabs, unless a plug-in serves /favicon.ico, and in a desktop's list of
	// what starts at login. The zero Icon is Dibbler's.
	Icon tray.Icon

	// Plugins serve the pages; see [dibbler.Server.Register]. Those that are a
	// [Starter] are handed the program.
	Plugins []any

	// Opens are the kinds of files and the addresses that the tool opens, if any.
	Opens []Opens

	// Wrap, if it is not nil, is put around all pages of the plug-ins, behind the
	// program's own checks.
	Wrap func(http.Handler) http.Handler

	// HideErrors keeps the causes of errors and the stacks of panics off the error
	// pages. They are logged all the same.
	HideErrors bool

	// MaxBody limits the body of a request, such as an upload, in bytes. Zero means
	// 32 MiB.
	MaxBody int64

	// SelfTest is what -self-test does with a copy of the program that runs at url,
	// such as "http://127.0.0.1:45678/". It gets pages with fetch, such as
	// fetch("GET", "?year=2003") or, with a form's fields in the query,
	// fetch("POST", "save?n=1"), which prints what is asked for, and returns the
	// answer, or an error if that is not 200 OK; for pages that redirect, use url and
	// package net/http. It may end by asking the program to shut down, which otherwise
	// happens when it returns. Nil means that the home page is fetched.
	SelfTest func(ctx context.Context, url string, fetch func(method, page string) (text string, err error)) error
}

// About says for packages, menus and software centres what a program is. All of it is
// optional. Texts are plain, and in one line.
type About struct {
	// Publisher is who makes the program, with an address for mail, as in git:
	// "Ada Lovelace <ada@example.org>". Packages for Linux are meant to have the address.
	Publisher string

	// Summary says in half a line what the program is for, such as "Boil tea to the
	// second", and Description says it in a paragraph.
	Summary, Description string

	// Homepage is the program's address in the web. In reverse, it is a part of the
	// name that macOS and software centres know the program by, unless App.ID has a
	// dot: https://ada.example.org/ makes org.example.ada.ID.
	Homepage string

	// License is the name that SPDX gives the licence, such as "MIT".
	License string

	// Package is what Linux packages are called. Empty means the last part of App.ID.
	// Set it where distributions have another package of that name.
	Package string

	// Categories and Keywords are for the menus of Linux. Categories are those of the
	// Desktop Menu Specification, such as "Office" and "Calendar"; none means "Utility".
	Categories, Keywords []string
}

// The exit statuses of a program.
const (
	exitOK    = 0
	exitError = 1
	exitUsage = 2
	exitCut   = 3 // something was not finished in time, or not let finish
)

// Main runs the program with the arguments of the command line, and exits. It
// must be called from main, on the main goroutine. An end that was asked for,
// with everything in flight finished, is exit status 0; one that had to cut
// something off is 3; bad arguments are 2, and every other failure is 1.
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

// setDefaults fills in what the author left out, and checks what is there.
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
