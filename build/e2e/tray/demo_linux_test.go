package tray_test

import (
	"fmt"
	"image/color"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/deadline"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// The built internal/demo, and the tool that shows notices.
var demo, notifier string

func TestMain(m *testing.M) {
	programs := map[*string]string{&demo: "internal/demo"}
	if proof.Whole() {
		programs[&notifier] = "../notice/internal/notifier"
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

// run starts the demo.
func run(t *testing.T, d *desktop.Desktop, args ...string) *program {
	t.Helper()
	p, stdin := tool.Spawn(t, d, d.Command(demo, args...))
	return &program{p, t, d, stdin, green}
}

// runWatched starts the demo on a desktop with a fake watcher, and waits until the demo has
// registered its icon and knows it.
func runWatched(t *testing.T) (*desktop.Desktop, *fakeWatcher, *program) {
	t.Helper()
	d := desktop.Start(t)
	w := startWatcher(t, d, &fakeWatcher{})
	p := run(t, d)
	w.awaitRegistration()
	p.Line("report <nil>")
	return d, w, p
}

// signals returns a function that waits for the next signal of an interface of the icon, and
// returns its name.
func (p *program) signals(iface string) (next func() string) {
	p.t.Helper()
	bus, signals := p.d.Dial(), make(chan *dbus.Signal, 100)
	bus.Signal(signals)
	if err := bus.AddMatchSignal(dbus.WithMatchInterface(iface)); err != nil {
		p.t.Fatal(err)
	}
	return func() string {
		p.t.Helper()
		timeout := time.After(time.Until(deadline.Of(p.t)))
		for {
			select {
			case s := <-signals:
				if name, ok := strings.CutPrefix(s.Name, iface+"."); ok { // others are of the bus
					return name
				}
			case <-timeout:
				p.t.Fatalf("waited in vain for a signal of %s", iface)
			}
		}
	}
}

// order writes a line to the demo's standard input.
func (p *program) order(format string, args ...any) {
	p.t.Helper()
	if _, err := fmt.Fprintf(p.stdin, format+"\n", args...); err != nil {
		p.t.Fatal(err)
	}
}

// awaitEnd waits until the demo has returned from Run and ended with status 0.
func (p *program) awaitEnd() {
	p.t.Helper()
	p.Line("end")
	if code := p.Wait().ExitCode(); code != 0 {
		p.t.Errorf("the demo's exit status is %d, want 0", code)
	}
}
