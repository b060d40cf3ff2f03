package notice

import (
	"image"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// The program that the tests start, once built.
var notifierProgram string

func TestMain(m *testing.M) {
	tool.Main(m, map[*string]string{&notifierProgram: "internal/notifier"})
}

const serviceName = "org.freedesktop.Notifications"

// A notifier is the tool, on a desktop where another program shows notices.
type notifier struct {
	*tool.Running
	t *testing.T
	d *desktop.Desktop
}

// start starts the tool. Its browser writes the addresses that it opens into a file.
func start(t *testing.T, d *desktop.Desktop, args ...string) *notifier {
	t.Helper()
	script := filepath.Join(d.Home(), "browser")
	if err := os.WriteFile(script, []byte("echo $1 >>"+d.Home()+"/opened"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.SetURLHandler("sh " + script + " %u")
	return &notifier{tool.Start(t, d, nil, notifierProgram, append(args, "-no-browser")...), t, d}
}

// opened returns the addresses that were opened in the browser.
func (n *notifier) opened() []string {
	text, _ := os.ReadFile(filepath.Join(n.d.Home(), "opened"))
	return strings.Fields(string(text))
}

// notify has the tool show a notice.
func (n *notifier) notify(title, text, page string) {
	n.t.Helper()
	tool.Get(n.t, n.URL+"notify?"+url.Values{"Title": {title}, "Text": {text}, "Page": {page}}.Encode())
}

// shown waits until this many notices are on the screen with the tool's icon, and returns
// them.
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

// A daemon is a program that shows notices.
type daemon struct {
	name   string
	path   string
	args   []string
	button desktop.Button                      // that opens the page
	place  func(r image.Rectangle) image.Point // of the click, in a notice
}

var daemons = []daemon{
	{"xfce4-notifyd", libraryFile("xfce4/notifyd/xfce4-notifyd"), nil, desktop.Left, func(r image.Rectangle) image.Point { return r.Max.Sub(image.Pt(50, 30)) }},
	{"dunst", "dunst", []string{"-config", "/dev/null"}, desktop.Middle, func(r image.Rectangle) image.Point { return r.Min.Add(r.Size().Div(2)) }},
}

// libraryFile returns a program that is in a folder of the libraries.
func libraryFile(path string) string {
	found, _ := filepath.Glob("/usr/lib/*/" + path)
	if len(found) == 0 {
		return path
	}
	return found[0]
}

// spawn starts d and waits until it shows notices.
func (m daemon) spawn(t *testing.T, d *desktop.Desktop) *desktop.Process {
	t.Helper()
	if _, err := exec.LookPath(m.path); err != nil {
		t.Skipf("no %s here (Debian package %s)", m.path, m.name)
	}
	wait := d.AwaitOwner(serviceName)
	p := d.Spawn(d.Command(m.path, m.args...))
	wait()
	return p
}
