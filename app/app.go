// Package app makes plug-ins into a program that somebody has as their own tool:
// it starts with a double-click, opens in the browser, lives in the tray with
// Open and Shutdown, answers nobody but its owner, and ends without losing a
// request.
//
//	func main() {
//		app.Main(app.App{
//			Name:    "Calendar",
//			Plugins: []any{&calendar.Calendar{}},
//		})
//	}
//
// # One program
//
// A program runs once for each user. Starting it again opens the page of the one
// that runs. It is found at 127.0.0.1 and [::1], at last time's port if that is
// free.
//
// # Its owner
//
// Only processes of the user who runs the program are answered, which is asked
// of the system before anything is read, and of those only what the user means:
// requests that another web page makes the browser send are refused. Where the
// system does not tell whose a connection is, the program says so in its log and
// on its pages.
//
// # Its pages
//
// Beside those of the plug-ins there are some whose names begin with app:
// /app.settings, /app.log and /app.shutdown. Every page of HTML gets a tail at its
// end: a script that says goodbye in open tabs when the program ends and, where
// there is no tray, shows the program's name in a lower corner, with what the icon's
// menu would offer. It leaves the page's layout alone. A page whose
// Content-Security-Policy forbids scripts, connections or forms of its own address,
// such as an error page, is shown without it. What a script fetches, a browser
// saves or curl asks for is left alone. Only Firefox does not tell that it saves what
// a link with the attribute download leads to: send HTML that is meant for a file
// with the header Content-Disposition: attachment.
//
// # Its look
//
// A page with this line in its head looks like the program's own:
//
//	<link rel="stylesheet" href="/app.css">
//
// The style sheet is for plain HTML: text, forms with hints and errors, tables,
// notices, navigation, dialogs; light, dark, on a phone and on paper. It says at its
// top which classes there are and how errors stand beside their fields. An accent
// colour is one line, <html style="--accent: teal">; it is made darker or lighter as
// far as its contrast needs. What the page's own style sheet says wins. The tool in
// app/gallery shows all of it, to be copied from:
//
//	go run github.com/dibbler-app/dibbler/app/gallery
//
// # Its plug-ins
//
// A plug-in that has the method StartTool is handed the program: its [Tool] has a
// folder for files, further patterns of pages, lines in the icon's menu, tasks and
// other ports, and tells when to write down what is in memory.
//
//	func (t *Timer) StartTool(ctx context.Context, tool *app.Tool) error {
//		t.tool = tool
//		tool.Tray(t.tray)
//		return tool.Handle("GET /plan/{name}", t.plan)
//	}
//
// Open pages show what it tells them with [Tool.Publish], without a script of their own:
//
//	tool.Publish("tick", left) // <output data-live="tick">…</output>
//
// A plug-in can also veto connections, see [dibbler.ConnFilter].
//
// What it writes with [log/slog] or [log] goes to log.txt, which Show log shows. A
// program that was double-clicked has nobody who reads its standard output.
//
// # Its tests
//
// Package app/apptest starts a program in a test and uses it as its owner would, by
// labels, buttons and the lines of the icon's menu.
//
// # Its files
//
// A tool keeps its own files in the folder that [Tool.Dir] returns. Open them in
// StartTool, not before Main: a second launch and -quit run what comes before it as
// well, beside the program that has the files in use. [Open] keeps a value in a small
// file there, and [Settings] one that the owner can change on the page /app.settings.
//
// # Limits
//
// A request's header has 64 KiB and ten seconds, a form 1000 values, and a body as
// many bytes as App.MaxBody says, with at most 30 seconds between two pieces of it. A
// client that does not take a piece of the answer for a minute is cut off, and a
// connection that is not used is closed after one. There can be 1000 connections. A
// methlet itself may take as long as it likes, until the program ends.
//
// # Its end
//
// When the program ends, no more requests are accepted, and those in flight have ten
// seconds to finish, four when the desktop session ends. The contexts of those that
// have not are cancelled, and their connections are cut; a second later nothing is
// waited for any more. A methlet that does not heed its context can then still run
// beside the functions of [Tool.OnFlush], and is gone with the program.
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
