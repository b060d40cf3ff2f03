// Package apptest starts a tool in a test and uses it as its owner would: by the labels,
// buttons and links of its pages, and the lines of the icon's menu. The server and its
// checks are real; the desktop is a fake.
//
//	func TestGreeter(t *testing.T) {
//		p := apptest.Start(t, app.App{Name: "Greeter", Plugins: []any{&Greeter{}}})
//		p.Get("/").Fill("Name", "Ada").Click("Greet").Want("Hello, Ada!")
//	}
//
// If something is missing, such as a field with this label, the test ends with a message
// that lists what there is.
//
// # What is real
//
// A server at 127.0.0.1 serves the pages, only to the user who runs the test. Requests carry
// the headers that browsers send, so the check against other web pages accepts them.
// StartTool, OnLaunch, tasks, further listeners, the drain and OnFlush run as in the
// program. Its files are in a temporary folder, uploads in [os.TempDir].
//
// # What is a fake
//
// The desktop: no browser opens, no icon or notice is shown, no dialog asks for files, and
// nothing starts at login. The package records it instead; see [Program.Opened],
// [Program.Menu], [Program.Notices] and [Program.AnswerPick].
//
// Scripts do not run, and style sheets have no effect: an element that they would hide is on
// the page. A form is sent even if a browser would refuse to, for example because a required
// field is empty: the tool has to check that as well.
//
// # Parallel tests
//
// A tool in a test changes nothing that belongs to the whole process: no environment
// variables, no signals, and not the default logger, which it logs to. So tests can be
// parallel. To see less of the log, call slog.SetLogLoggerLevel(slog.LevelWarn) in TestMain.
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

// A Program is a tool that runs in a test. Its methods may be called concurrently, except
// that those that can end the test must be called from the goroutine of the test.
type Program struct {
	t       testing.TB
	dir     string // of its files
	program *trial.Program
	client  *http.Client
	desktop *desktop
	stop    func() // once
}

// Start starts a tool, and stops it when the test ends. args are those of the command line,
// such as "-no-tray", or "--" and files or addresses to open. The tool starts without files,
// on any free port. If it does not start, or cannot open what args name, the test ends; use
// [StartError] to test for that.
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

// StartError starts a tool that is expected to fail, and returns its error. If the tool does
// start, the test ends.
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
		p.client.CloseIdleConnections() // or the drain would give them a moment
		started.Shutdown()
		if err := started.Err(); err != nil {
			t.Errorf("%s ends with an error: %v", a.Name, err)
		}
		p.client.CloseIdleConnections()
	})
	return p, nil
}

// Restart stops the tool and starts a with the same files, as a new version of the tool, or
// the same one on another day. Its plug-ins must not have been started before.
func (p *Program) Restart(a app.App, args ...string) *Program {
	p.t.Helper()
	p.Stop()
	return start(p.t, p.dir, a, args)
}

// Stop ends the tool, as Shutdown in its menu does, and waits until it has ended: requests
// in flight finish, and the plug-ins flush. If the tool ends with an error, the test fails.
// Stop is called when the test ends, if it has not been called before.
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
// does. args are those of the command line. It returns the page that this opens, such as
// "/", or the error that the owner is shown.
func (p *Program) Launch(args ...string) (page string, err error) {
	return p.program.Launch(args)
}

// URL returns the address of a page, such as "/", for another client.
func (p *Program) URL(page string) string {
	return p.program.URL + strings.TrimPrefix(page, "/")
}

// page returns the page at u, such as "/", and whether it is a page of the tool. If not, page
// is the whole address.
func (p *Program) page(u *url.URL) (page string, ok bool) {
	page, ok = strings.CutPrefix(u.String(), p.program.URL)
	if !ok {
		return page, false
	}
	return "/" + page, true
}

// waitTimeout is how long WaitFor waits: much longer than it takes on a busy machine.
const waitTimeout = 20 * time.Second

// WaitFor waits until happened returns true. Use it for what the tool does by itself; there
// is no need to wait after a click on a page or in the menu. After 20 seconds the test ends,
// and the message says what did not happen, such as "the tea is ready".
func (p *Program) WaitFor(what string, happened func() bool) {
	p.t.Helper()
	p.waitFor(waitTimeout, what, happened)
}

func (p *Program) waitFor(timeout time.Duration, what string, happened func() bool) {
	p.t.Helper()
	for begun := time.Now(); !happened(); time.Sleep(time.Millisecond) {
		if time.Since(begun) > timeout {
			p.t.Fatalf("this has not happened within %v: %s", timeout, what)
		}
	}
}

// Tool returns a Tool without a server, to test a plug-in by itself. Its Dir is an empty
// folder. Pages, tasks and listeners that are added to it are checked, but never served or
// run. Its Pick returns [app.ErrNoDialog]. When the test ends, the functions of OnFlush are called.
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
