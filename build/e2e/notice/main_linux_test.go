package notice

import (
	"image"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

var notifierProgram string

func TestMain(m *testing.M) {
	tool.Main(m, map[*string]string{&notifierProgram: "internal/notifier"})
}

const serviceName = "org.freedesktop.Notifications"

// A notifier is the tool on a desktop.
type notifier struct {
	*tool.Running
	t *testing.T
	d *desktop.Desktop
}

func start(t *testing.T, d *desktop.Desktop, args ...string) *notifier {
	t.Helper()
	return &notifier{tool.Start(t, d, nil, notifierProgram, append(args, "-no-browser")...), t, d}
}

// recordURLs has the desktop write the addresses that programs open into a file, and
// returns a function that reads them.
func recordURLs(d *desktop.Desktop) (opened func() []string) {
	script, file := filepath.Join(d.Home(), "browser"), filepath.Join(d.Home(), "opened")
	d.Write(script, "#!/bin/sh\necho \"$1\" >>"+file+"\n", 0o700)
	d.SetURLHandler(script + " %u")
	return func() []string {
		text, _ := os.ReadFile(file) // there is none at first
		return strings.Fields(string(text))
	}
}

// notify has the tool show a notice.
func (n *notifier) notify(title, text, page string) {
	n.t.Helper()
	tool.Get(n.t, n.URL+"notify?"+url.Values{"Title": {title}, "Text": {text}, "Page": {page}}.Encode())
}

// shown waits until the screen shows this number of notices with the tool's icon, and
// returns where they are.
func (n *notifier) shown(count int) (at []image.Rectangle) {
	n.t.Helper()
	desktop.Await(n.t, "notices on the screen", func() bool {
		at = slices.DeleteFunc(n.d.Windows("_NOTIFICATION"), func(r image.Rectangle) bool { return !n.hasIcon(r) })
		return len(at) == count
	})
	return at
}

// hasIcon reports whether the tool's icon is in r.
func (n *notifier) hasIcon(r image.Rectangle) bool {
	picture := n.d.Picture()
	count := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if c := picture.RGBAAt(x, y); c.R > 0xf0 && c.G < 0x10 && c.B > 0x90 && c.B < 0xb0 {
				count++
			}
		}
	}
	return count >= 16*16
}

// open clicks on the button of a notice that opens its page.
func (n *notifier) open(notice image.Rectangle) {
	n.t.Helper()
	n.d.Click(notice.Max.Sub(image.Pt(50, 30)), desktop.Left)
}

// startDaemon starts the program that shows notices.
func startDaemon(t *testing.T, d *desktop.Desktop) {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/*/xfce4/notifyd/xfce4-notifyd")
	if len(found) == 0 {
		t.Skip("no xfce4-notifyd here (Debian package xfce4-notifyd)")
	}
	wait := d.AwaitOwner(serviceName)
	d.Spawn(d.Command(found[0]))
	wait()
}
