package program

import (
	"context"
	"image"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/deadline"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// A watcher is slowtool's page that tells what the program's script says and knows.
type watcher struct {
	t    *testing.T
	url  string // for the page
	said chan string

	mu       sync.Mutex
	commands []string      // for the page
	more     chan struct{} // closed when there are more
}

func newWatcher(t *testing.T) *watcher {
	w := &watcher{t: t, said: make(chan string, 100), more: make(chan struct{})}
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		// The page goes on asking and telling when the test is over.
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		defer context.AfterFunc(t.Context(), cancel)()
		rw.Header().Set("Access-Control-Allow-Origin", "*")
		switch r.URL.Path {
		case "/said":
			said, err := io.ReadAll(r.Body)
			if err == nil { // else it comes again
				select {
				case w.said <- string(said):
				case <-ctx.Done():
				}
			}
		case "/command":
			n, _ := strconv.Atoi(r.FormValue("n")) // the page counts
			io.WriteString(rw, w.command(ctx, n))
		}
	}))
	t.Cleanup(s.Close)
	t.Cleanup(s.CloseClientConnections)
	w.url = s.URL
	return w
}

// page is the watching page of the tool that is at base.
func (w *watcher) page(base string) string { return base + "watch?reporter=" + url.QueryEscape(w.url) }

// run has the page do something.
func (w *watcher) run(command string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.commands = append(w.commands, command)
	close(w.more)
	w.more = make(chan struct{})
}

// command waits for the command of this number. It is empty if ctx ends first.
func (w *watcher) command(ctx context.Context, n int) string {
	for {
		w.mu.Lock()
		commands, more := w.commands, w.more
		w.mu.Unlock()
		if n < len(commands) {
			return commands[n]
		}
		select {
		case <-more:
		case <-ctx.Done():
			return ""
		}
	}
}

// says waits for the next that the page says, and fails the test if that is something
// else. That the program runs may be said at any time.
func (w *watcher) says(want string) {
	w.t.Helper()
	for {
		select {
		case got := <-w.said:
			if got == want {
				return
			}
			if got != "knows running" {
				w.t.Fatalf("the page %q, want %q", got, want)
			}
		case <-time.After(time.Until(deadline.Of(w.t))):
			w.t.Fatalf("waited in vain for the page to say %q", want)
		}
	}
}

// inBrowsers runs a test in Chromium, where the Escape key cuts all connections of a
// page, and in Firefox; open opens a page in a window.
func inBrowsers(t *testing.T, test func(t *testing.T, d *desktop.Desktop, open func(url string), cuts bool)) {
	t.Run("Chromium", func(t *testing.T) {
		d := desktop.Start(t)
		browser := d.UseBrowser()
		test(t, d, func(url string) {
			d.Spawn(d.Command("xdg-open", url))
			browser.Page(url)
		}, true)
	})
	t.Run("Firefox", func(t *testing.T) {
		proof.Only(t)
		d := desktop.Start(t)
		test(t, d, func(url string) { d.SpawnFirefox(true, url) }, false)
	})
}

// TestWatch sees that the program is told apart from one that is slow, suspended or
// left alone by the Escape key.
func TestWatch(t *testing.T) {
	inBrowsers(t, func(t *testing.T, d *desktop.Desktop, open func(string), cuts bool) {
		w := newWatcher(t)
		p := tool.Start(t, d, nil, slowTool, "-no-browser", "-no-tray")
		again := []string{"-no-browser", "-no-tray", "-port", p.URL[strings.LastIndex(p.URL, ":")+1 : len(p.URL)-1]}
		open(w.page(p.URL))
		w.says("ready")

		d.Move(image.Pt(500, 500))
		w.run(`location.href = "/slow"`)
		p.Line("begun")
		d.PressEscape()
		p.Line("given up")
		if cuts {
			w.says("knows running")
		}

		p.Signal(syscall.SIGSTOP)
		w.run(`lookAway()`)
		w.says("looked away")
		p.Signal(syscall.SIGCONT)
		w.says("knows running")

		p.Signal(syscall.SIGKILL)
		p.Wait()
		w.says("says Slow Tool is not running")
		d.Screenshot("gone")
		p = tool.Start(t, d, nil, slowTool, again...)
		w.says("says ")

		p.Signal(syscall.SIGTERM)
		p.Ends(0)
		w.says("says Goodbye")
		d.Screenshot("ended")
		tool.Start(t, d, nil, slowTool, again...)
		w.says("says ")
	})
}

// TestManyPages sees that every click works, and what a page asks for itself, however
// many pages are open: browsers make six connections to an address.
func TestManyPages(t *testing.T) {
	inBrowsers(t, func(t *testing.T, d *desktop.Desktop, open func(string), _ bool) {
		w := newWatcher(t)
		p := tool.Start(t, d, nil, slowTool, "-no-browser", "-no-tray")
		open(w.page(p.URL))
		w.says("ready")
		w.run(`many(10, "windows")`)
		w.says("clicked in 10 windows")
		w.run(`many(20, "tabs")`)
		w.says("clicked in 20 tabs")
	})
}
