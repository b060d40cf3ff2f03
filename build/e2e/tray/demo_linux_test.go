package tray_test

import (
	"fmt"
	"image/color"
	"io"
	"os/exec"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// demo is a built internal/demo.
var demo string

func TestMain(m *testing.M) {
	programs := map[*string]string{&demo: "internal/demo"}
	if proof.Whole() {
		programs[&notifier] = "../notice/internal/notifier"
		programs[&chooser] = "../pick/internal/chooser"
	}
	tool.Main(m, programs)
}

// A program is a running demo.
type program struct {
	*desktop.Process
	t     *testing.T
	d     *desktop.Desktop
	stdin io.Writer
	color color.RGBA // of most of its icon
}

// run starts the demo. change may be nil.
func run(t *testing.T, d *desktop.Desktop, change func(*exec.Cmd), args ...string) *program {
	t.Helper()
	cmd := d.Command(demo, args...)
	if change != nil {
		change(cmd)
	}
	p, stdin := tool.Spawn(t, d, cmd)
	return &program{p, t, d, stdin, green}
}

// order tells the demo to do something.
func (p *program) order(format string, args ...any) {
	p.t.Helper()
	if _, err := fmt.Fprintf(p.stdin, format+"\n", args...); err != nil {
		p.t.Fatal(err)
	}
}

// awaitEnd fails the test unless the demo returns from Run and ends well.
func (p *program) awaitEnd() {
	p.t.Helper()
	p.Line("end")
	if code := p.Wait().ExitCode(); code != 0 {
		p.t.Errorf("exit status %d", code)
	}
}

// menu is the icon's menu, the way a person sees it: grey lines in parentheses,
// check marks in brackets.
func (p *program) menu() (lines []string) {
	p.t.Helper()
	for _, item := range p.d.Item().Menu() {
		line := item.Label
		if item.Separator {
			line = "---"
		}
		switch {
		case item.Checked:
			line = "[x] " + line
		case item.Checkable:
			line = "[ ] " + line
		}
		if !item.Enabled {
			line = "(" + line + ")"
		}
		lines = append(lines, line)
	}
	return lines
}

// object is the icon, or with a path below it something of the icon, on the bus.
func (p *program) object(below string) dbus.BusObject {
	p.t.Helper()
	name := fmt.Sprintf("org.kde.StatusNotifierItem-%d-1", p.PID())
	return p.d.Dial().Object(name, dbus.ObjectPath("/StatusNotifierItem"+below))
}

// choose clicks on a line of the menu as a panel does, and returns when the
// panel would know that the click has arrived.
func (p *program) choose(label string) {
	p.t.Helper()
	p.d.Item().Choose(label)
}

// signals returns the signals of an interface of the icon from now on.
func (p *program) signals(iface string) <-chan *dbus.Signal {
	p.t.Helper()
	bus, all, signals := p.d.Dial(), make(chan *dbus.Signal, 100), make(chan *dbus.Signal, 10_000)
	bus.Signal(all)
	go func() {
		for s := range all { // until bus is closed
			if strings.HasPrefix(s.Name, iface+".") { // the bus sends some of its own
				signals <- s
			}
		}
	}()
	if err := bus.AddMatchSignal(dbus.WithMatchInterface(iface)); err != nil {
		p.t.Fatal(err)
	}
	return signals
}
