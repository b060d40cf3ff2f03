// Package apptest starts a tool in a test and uses it as its owner would: by labels, buttons
// and links of its pages, and the lines of the icon's menu. The server and the checks before
// it are real; the desktop is a fake.
//
//	func TestGreeter(t *testing.T) {
//		p := apptest.Start(t, app.App{Name: "Greeter", Plugins: []any{&Greeter{}}})
//		p.Get("/").Fill("Name", "Ada").Click("Greet").Want("Hello, Ada!")
//	}
//
// If something is not there, such as a field with this label, the test ends, and the message
// lists what is there.
//
// # What is real
//
// The pages come from a server at 127.0.0.1 that only the user who runs the test can
// reach, and requests carry the headers that browsers send, so that the check for other web
// pages lets them in. StartTool, OnLaunch, tasks, further listeners, the drain and
// OnFlush happen as in the program. Its files are in a temporary folder, uploads in
// [os.TempDir].
//
// # What is a fake
//
// The desktop: no browser opens, no icon is shown, and nothing starts at login. The kit
// records it instead; see [Program.Opened] and [Program.Menu].
//
// Pages have no script and no style: an element that only a script or a style sheet would
// hide or show is there. What browsers refuse to send, such as a form without a required
// field, is sent, since the tool has to check it, too.
//
// # Side by side
//
// Nothing that belongs to the whole process is changed: neither environment variables nor
// the default logger, to which the tool logs, nor signals. So tests with tools can be
// parallel. Call log/slog.SetLogLoggerLevel(slog.LevelWarn) in TestMain to see less of what
// they log.
package apptest

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/internal/trial"
)

// A Program is a tool that runs in a test. Its methods may be called concurrently, but
// those that end the test when something is wrong only by the goroutine of the test.
type Program struct {
	t       testing.TB
	dir     string // of its files
	program *trial.Program
	client  *http.Client
	desktop *desktop
	stop    func() // once
}

// Start starts a tool, and stops it when the test ends. The arguments are those of the
// command line, such as "-no-tray", or "--" and what is to be opened. The tool has no
// files yet, and any free port. If it does not start, or the start cannot open what args
// bring, the test ends; [StartError] is for tests of that.
func Start(t testing.TB, a app.App, args ...string) *Program {
	t.Helper()
	return start(t, t.TempDir(), a, args)
}

func start(t testing.TB, dir string, a app.App, args []string) *Program {
	t.Helper()
	p, err := try(t, dir, a, args)
	if err != nil {
		t.Fatalf("%s does not start: %v", a.Name, err)
	}
	t.Cleanup(func() {
		t.Helper()
		p.Stop()
	})
	return p
}

// StartError starts a tool that is not to start, and returns its error. If it does start,
// the test ends.
func StartError(t testing.TB, a app.App, args ...string) error {
	t.Helper()
	p, err := try(t, t.TempDir(), a, args)
	if err == nil {
		p.Stop()
		t.Fatalf("%s starts, and should not", a.Name)
	}
	return err
}

func try(t testing.TB, dir string, a app.App, args []string) (*Program, error) {
	d := new(desktop)
	started, err := trial.Start(a, trial.Config{Dir: dir, Args: args, Browser: d.browse, Stderr: t.Output()})
	if err != nil {
		return nil, err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &Program{t: t, dir: dir, program: started, desktop: d}
	p.client = &http.Client{Transport: new(http.Transport), Jar: jar, CheckRedirect: p.checkRedirect}
	p.stop = sync.OnceFunc(func() {
		t.Helper()
		p.client.CloseIdleConnections() // or the drain would give them a moment
		started.Shutdown()
		if err := started.Err(); err != nil {
			t.Errorf("%s ends with an error: %v", a.Name, err)
		}
		p.client.CloseIdleConnections()
	})
	return p, nil
}

// Restart stops the tool and starts it with the files that it has left, as a new version,
// or on another day. Give it plug-ins that have not been started yet.
func (p *Program) Restart(a app.App, args ...string) *Program {
	p.t.Helper()
	p.Stop()
	return start(p.t, p.dir, a, args)
}

// Stop ends the tool as Shutdown in its menu does, and waits until it has ended: requests
// in flight finish, and the plug-ins flush. What goes wrong in it is an error of the test.
// Stop is called when the test ends, if it was not before.
func (p *Program) Stop() {
	p.t.Helper()
	p.stop()
}

// Ended reports whether the tool has ended, by a button of a page, say.
func (p *Program) Ended() bool {
	select {
	case <-p.program.Ended:
		return true
	default:
		return false
	}
}

// Launch starts the tool a second time while it runs, with these arguments of the command
// line, as a double-click on a file does. It returns the page that this opens, such as "/",
// or the error that the owner is shown.
func (p *Program) Launch(args ...string) (page string, err error) {
	return p.program.Launch(args)
}

// URL returns the address of a page, such as "/", for a client of the test's own.
func (p *Program) URL(page string) string {
	return p.program.URL + strings.TrimPrefix(page, "/")
}

// page returns the page at u, and whether it is one of the tool; else it is the address.
func (p *Program) page(u *url.URL) (page string, ok bool) {
	page, ok = strings.CutPrefix(u.String(), p.program.URL)
	if !ok {
		return page, false
	}
	return "/" + page, true
}

// waitTimeout is how long WaitFor waits: much longer than it takes on a busy machine.
const waitTimeout = 20 * time.Second

// WaitFor waits until happened returns true, for what the tool does by itself; what a page
// or the menu has asked for is done when that returns. If it takes 20 seconds, the test
// ends, and the message says what was to happen: "the tea is ready".
func (p *Program) WaitFor(what string, happened func() bool) {
	p.t.Helper()
	p.waitFor(waitTimeout, what, happened)
}

func (p *Program) waitFor(timeout time.Duration, what string, happened func() bool) {
	p.t.Helper()
	for begun := time.Now(); !happened(); time.Sleep(time.Millisecond) {
		if time.Since(begun) > timeout {
			p.t.Fatalf("it has not happened for %v: %s", timeout, what)
		}
	}
}

// Tool returns a Tool without a server, for the test of a plug-in by itself. Its Dir is an
// empty folder. What it is given to serve or to run is checked, but never served or run.
// When the test ends, the functions of OnFlush are called.
func Tool(t testing.TB) *app.Tool {
	t.Helper()
	tool, end, err := trial.NewTool(trial.Config{Dir: t.TempDir(), Browser: new(desktop).browse, Stderr: t.Output()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		t.Helper()
		if err := end(); err != nil {
			t.Errorf("the Tool ends with an error: %v", err)
		}
	})
	return tool.(*app.Tool)
}
