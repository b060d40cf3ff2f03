// Package apptest starts a tool in a test and uses it as its owner would: by the labels,
// buttons and links of its pages, and by the items of the icon's menu. The server and its
// checks are real; the desktop is a fake.
//
//	func TestGreeter(t *testing.T) {
//		p := apptest.Start(t, app.App{Name: "Greeter", Plugins: []any{&Greeter{}}})
//		p.Get("/").Fill("Name", "Ada").Click("Greet").Want("Hello, Ada!")
//	}
//
// If a field, button or other element is missing, the test ends with a message that lists
// the elements that exist. As in package testing, a test that ends has failed.
//
// # Real parts
//
// A server at 127.0.0.1 serves the pages, only to the user who runs the test. Requests
// have the headers that browsers send, so they pass the check for requests of other web
// pages. StartTool, OnLaunch, tasks, additional listeners, shutdown and OnFlush work as
// in the program. The tool's files are in a temporary folder, and uploads in
// [os.TempDir].
//
// # Fake parts
//
// The desktop is a fake: no browser opens, no icon, notice or dialog is shown, and
// nothing starts at login. The package records these actions instead; see
// [Program.Opened], [Program.Menu], [Program.Notices] and [Program.AnswerPick].
//
// Scripts do not run, and style sheets have no effect: an element that a style sheet
// hides is on the page. A form is sent even if a browser would refuse to send it, for
// example because a required field is empty. The tool has to check that as well.
//
// # Parallel tests
//
// A tool in a test does not change the state of the process: no environment variables, no
// signals, and not the default logger, which it logs to. So tests can be parallel. To see
// less of the log, call slog.SetLogLoggerLevel(slog.LevelWarn) in TestMain.
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
	"github.com/dibbler-app/dibbler/app/internal/pick"
	"github.com/dibbler-app/dibbler/app/internal/trial"
)

// A Program is a tool that runs in a test. Its methods may be called concurrently, but
// the methods that can end the test must be called from the test's goroutine.
type Program struct {
	t       testing.TB
	dir     string // for its files
	program *trial.Program
	client  *http.Client
	desktop *desktop
	stop    func() // may be called several times
}

// Start starts a tool, and stops it when the test ends. args are arguments of the command
// line, such as "-no-tray", or "--" followed by files or addresses to open. The tool
// starts with an empty folder for its files and on any free port. If the tool does not
// start, or cannot open the files or addresses, the test ends. To test for such errors,
// use [StartError].
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

// StartError starts a tool that is expected to fail, and returns its error. If the tool
// starts without an error, the test ends.
func StartError(t testing.TB, a app.App, args ...string) error {
	t.Helper()
	p, err := try(t, t.TempDir(), a, args)
	if err == nil {
		p.Stop()
		t.Fatalf("%s started without an error", a.Name)
	}
	return err
}

func try(t testing.TB, dir string, a app.App, args []string) (*Program, error) {
	d := newDesktop()
	started, err := trial.Start(a, trial.Config{Dir: dir, Args: args, Browser: d.browse, Notify: d.notify, Dialog: d.dialog, Stderr: t.Output()})
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
		p.client.CloseIdleConnections() // otherwise the shutdown would wait a moment for them
		started.Shutdown()
		if err := started.Err(); err != nil {
			t.Errorf("%s ends with an error: %v", a.Name, err)
		}
		p.client.CloseIdleConnections()
	})
	return p, nil
}

// Restart stops the tool and starts a with the same files. a can be the same tool or a
// new version of it, but its plug-ins must be new values. After Restart, use the returned
// Program.
func (p *Program) Restart(a app.App, args ...string) *Program {
	p.t.Helper()
	p.Stop()
	return start(p.t, p.dir, a, args)
}

// Stop shuts the tool down, as Shutdown in its menu does, and waits until it has ended:
// unfinished requests finish, and the functions of OnFlush are called. If the tool ends
// with an error, the test fails. When the test ends, Stop is called automatically.
func (p *Program) Stop() {
	p.t.Helper()
	p.stop()
}

// Ended reports whether the tool has ended, for example by a button on a page.
func (p *Program) Ended() bool {
	select {
	case <-p.program.Ended:
		return true
	default:
		return false
	}
}

// Launch starts the tool a second time while it is running, as a double-click on a file
// does. args are arguments of the command line. Launch returns the page that opens, such
// as "/", or the error that the owner is shown.
func (p *Program) Launch(args ...string) (page string, err error) {
	return p.program.Launch(args)
}

// URL returns the URL of a page, such as "/", for another client.
func (p *Program) URL(page string) string {
	return p.program.URL + strings.TrimPrefix(page, "/")
}

// page returns the page at u, such as "/", and reports whether it is a page of the tool.
// If not, page is the whole URL.
func (p *Program) page(u *url.URL) (page string, ok bool) {
	page, ok = strings.CutPrefix(u.String(), p.program.URL)
	if !ok {
		return page, false
	}
	return "/" + page, true
}

// waitTimeout is the timeout of WaitFor. It is long enough for a busy machine.
const waitTimeout = 20 * time.Second

// WaitFor waits until happened returns true. Use it for actions that the tool starts by
// itself; there is no need to wait after a click on a page or in the menu. After 20
// seconds the test ends with a message that contains what, such as "the tea is ready".
func (p *Program) WaitFor(what string, happened func() bool) {
	p.t.Helper()
	p.waitFor(waitTimeout, what, happened)
}

func (p *Program) waitFor(timeout time.Duration, what string, happened func() bool) {
	p.t.Helper()
	for begun := time.Now(); !happened(); time.Sleep(time.Millisecond) {
		if time.Since(begun) > timeout {
			p.t.Fatalf("waited %v for: %s", timeout, what)
		}
	}
}

// Tool returns a Tool without a server, to test a plug-in by itself. Its Dir is an empty
// folder. Pages, tasks and listeners that are added to it are checked, but not served or
// run. Its Pick returns [app.ErrNoDialog]. When the test ends, the functions of OnFlush
// are called.
func Tool(t testing.TB) *app.Tool {
	t.Helper()
	d := new(desktop)
	tool, end, err := trial.NewTool(trial.Config{Dir: t.TempDir(), Browser: d.browse, Notify: d.notify, Dialog: pick.None{}, Stderr: t.Output()})
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
