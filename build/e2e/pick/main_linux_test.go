package pick

import (
	"context"
	"image"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

var chooserProgram string

func TestMain(m *testing.M) { tool.Main(m, map[*string]string{&chooserProgram: "internal/chooser"}) }

// A chooser is the tool on a desktop with one kind of dialog.
type chooser struct {
	*tool.Running
	t *testing.T
	d *desktop.Desktop
}

// start starts the tool on a desktop with the portal of a toolkit, or with a program that
// shows dialogs. It skips the test where that is not installed.
func start(t *testing.T, dialog string) *chooser {
	t.Helper()
	desktop.Need(t, "xdotool", "xdotool")
	desktop.Need(t, "xclip", "xclip")
	d := desktop.Start(t)
	if toolkit, ok := strings.CutSuffix(dialog, " portal"); ok {
		d.UsePortal(toolkit)
	} else {
		desktop.Need(t, dialog, dialog)
	}
	c := &chooser{t: t, d: d}
	c.Running = tool.Start(t, d, func(cmd *exec.Cmd) {
		if dialog == "kdialog" { // KDE's programs try it first
			cmd.Env = append(cmd.Env, "XDG_CURRENT_DESKTOP=KDE")
		}
	}, chooserProgram, "-no-browser", "-no-tray", "-port", "0")
	return c
}

// create creates a file in the home folder.
func (c *chooser) create(name string) {
	c.t.Helper()
	c.d.Write(c.file(name), "BEGIN", 0o600)
}

// ask has the tool ask for files, with the fields of an app.Pick as a query. leave cancels the
// request.
func (c *chooser) ask(query string) (leave func()) {
	c.t.Helper()
	ctx, cancel := context.WithCancel(c.t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.URL+"pick?"+query, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if resp, err := tool.Client.Do(req); err == nil {
			resp.Body.Close()
		}
	}()
	leave = func() {
		cancel()
		<-done
	}
	c.t.Cleanup(leave)
	c.Line("asking")
	return leave
}

// xdotool runs a command of xdotool, and returns its output.
func (c *chooser) xdotool(args ...string) (string, error) {
	cmd := c.d.Command("xdotool", args...)
	out, err := cmd.Output()
	return strings.TrimSpace(string(out)), err
}

// A window is one on the screen.
type window struct {
	c  *chooser
	id string
}

// window waits for a window whose title contains this, until it is drawn.
func (c *chooser) window(title string) window {
	c.t.Helper()
	w := window{c: c}
	desktop.Await(c.t, "the window "+title, func() bool {
		ids, err := c.xdotool("search", "--onlyvisible", "--name", title)
		w.id, _, _ = strings.Cut(ids, "\n")
		return err == nil && w.id != ""
	})
	w.settle()
	return w
}

// settle gives the window its place and size, and waits until the screen has not changed for a
// moment. Meanwhile a dialog may choose another size. A cursor blinks twice a second.
func (w window) settle() {
	w.c.t.Helper()
	last, since := "", time.Now()
	desktop.Await(w.c.t, "a window that is drawn", func() bool {
		size, err := w.c.xdotool("getwindowgeometry", "--shell", w.id)
		placed := strings.Contains(size, "X=0\nY=0\nWIDTH=800\nHEIGHT=600")
		if !placed {
			_, _ = w.c.xdotool("windowmove", w.id, "0", "0", "windowsize", w.id, "800", "600", "mousemove", "400", "300")
		}
		now := size + string(w.c.d.Picture().Pix)
		if err != nil || now != last {
			last, since = now, time.Now()
		}
		return placed && time.Since(since) > 150*time.Millisecond
	})
}

// press presses keys, such as "Return".
func (w window) press(keys ...string) {
	w.c.t.Helper()
	if _, err := w.c.xdotool(append([]string{"key"}, keys...)...); err != nil {
		w.c.t.Fatal(err)
	}
}

// write pastes the path of a file in the home folder into the field that has the focus after
// keys. The file must not exist, because dialogs complete paths at any time.
func (w window) write(name string, keys ...string) {
	w.c.t.Helper()
	cmd := w.c.d.Command("xclip", "-selection", "clipboard", "-quiet")
	cmd.Stdin = strings.NewReader(w.c.file(name))
	w.c.d.Spawn(cmd)
	desktop.Await(w.c.t, "the clipboard", func() bool {
		text, err := w.c.d.Command("xclip", "-selection", "clipboard", "-o").Output()
		return err == nil && string(text) == w.c.file(name)
	})
	w.press(append(keys, "ctrl+a", "ctrl+v")...)
	w.settle()
}

// writeExisting is like write, and creates the file afterwards.
func (w window) writeExisting(name string, keys ...string) {
	w.c.t.Helper()
	w.write(name, keys...)
	w.c.create(name)
}

// click clicks at a distance in pixels from the window's right and bottom edges.
func (w window) click(right, bottom int) {
	w.c.t.Helper()
	w.c.d.Click(image.Pt(800-right, 600-bottom), desktop.Left)
}

// isGone waits until the window has closed.
func (w window) isGone() {
	w.c.t.Helper()
	desktop.Await(w.c.t, "the dialog to close", func() bool {
		ids, _ := w.c.xdotool("search", "--onlyvisible", "--name", ".")
		for id := range strings.Lines(ids) {
			if strings.TrimSpace(id) == w.id {
				return false
			}
		}
		return true
	})
}

// chosen waits until the tool prints that these paths were chosen.
func (c *chooser) chosen(paths ...string) {
	c.t.Helper()
	var quoted []string
	for _, path := range paths {
		quoted = append(quoted, strconv.Quote(path))
	}
	want := "chosen [" + strings.Join(quoted, " ") + "], <nil>"
	if got := c.Line("chosen "); got != want {
		c.t.Errorf("%s, want %s", got, want)
	}
}

// failed waits until the tool prints that nothing was chosen, for this reason.
func (c *chooser) failed(reason string) {
	c.t.Helper()
	if got := c.Line("chosen "); !strings.Contains(got, reason) || !strings.HasPrefix(got, "chosen [],") {
		c.t.Errorf("%s, want the reason %s", got, reason)
	}
}

// file returns the path of a file in the home folder.
func (c *chooser) file(name string) string { return filepath.Join(c.d.Home(), name) }
