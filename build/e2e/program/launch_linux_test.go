package program

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// A peer is a program that is compared with the others.
type peer struct {
	name    string
	program string
	args    []string // without that for no browser
}

func (p peer) start(b *testing.B, d *desktop.Desktop, args ...string) *tool.Running {
	b.Helper()
	return tool.Start(b, d, nil, p.program, slices.Concat(p.args, args)...)
}

// peers are the calendar and a program that does as little as possible to show the same
// page in one answer. They need a panel.
func peers(b *testing.B, d *desktop.Desktop) []peer {
	b.Helper()
	page := filepath.Join(d.Home(), "page.html")
	p := tool.Start(b, d, nil, calendar, "-no-browser")
	d.Item()
	if err := os.WriteFile(page, []byte(inlined(b, p.URL)), 0o600); err != nil {
		b.Fatal(err)
	}
	end(p)
	trayPeer := tool.Build(b, "../../bench/internal/traypeer")
	return []peer{{"net/http and systray", trayPeer, []string{page}}, {"the calendar", calendar, nil}}
}

var (
	stylesheet = regexp.MustCompile(`<link [^>]*rel="?stylesheet"?[^>]*>`)
	script     = regexp.MustCompile(`<script[^>]*></script>`)
	href       = regexp.MustCompile(`href="?/?([^"> ]*)`)
)

// inlined returns the page at url with its style sheets in it and without scripts.
func inlined(b *testing.B, url string) string {
	b.Helper()
	page := script.ReplaceAllString(tool.Get(b, url), "")
	return stylesheet.ReplaceAllStringFunc(page, func(link string) string {
		return "<style>" + tool.Get(b, url+href.FindStringSubmatch(link)[1]) + "</style>"
	})
}

// end ends a program and returns how long that takes.
func end(p *tool.Running) time.Duration {
	begun := time.Now()
	p.Signal(syscall.SIGTERM)
	p.Wait()
	return time.Since(begun)
}

// BenchmarkLaunch measures programs from the double-click until they have ended, in turn.
// It prints a line for each measurement, of which go run ./build bench makes a table.
func BenchmarkLaunch(b *testing.B) {
	d := desktop.Start(b)
	d.StartPanel(desktop.Dark)
	browser := d.UseBrowser()
	all := peers(b, d)
	// The browser is open throughout, at a page that does nothing.
	p := all[0].start(b, d)
	browser.Page(p.URL)
	end(p)
	for round := 0; b.Loop(); round++ {
		for i := range all {
			p := all[(i+round)%len(all)]
			p.launchUnseen(b, d)
			p.launchInTab(b, d, browser)
			p.launchWithBrowser(b, d, browser)
		}
	}
}

// tell prints a measurement.
func (p peer) tell(measure string, value float64) {
	fmt.Printf("measured\t%s\t%s\t%v\n", p.name, measure, value)
}

func millis(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// launchUnseen measures a program whose page is in no browser.
func (p peer) launchUnseen(b *testing.B, d *desktop.Desktop) {
	b.Helper()
	registered := watchIcons(b, d)
	begun := time.Now()
	run := p.start(b, d, "-no-browser")
	tool.Get(b, run.URL)
	p.tell("first page ms", millis(time.Since(begun)))
	p.tell("icon ms", millis(registered(run).Sub(begun)))
	d.Item().Lines() // the icon is complete
	p.tell("CPU ms", millis(processorTime(b, run)))
	p.tell("memory MB", field(b, fmt.Sprintf("/proc/%d/smaps_rollup", run.PID()), "Pss:")*1024/1e6)
	p.tell("end ms", millis(end(run)))
	awaitNoItem(b, d)
}

// watchIcons returns a function that waits until a program's icon is in the tray, and
// returns when that was.
func watchIcons(b *testing.B, d *desktop.Desktop) (registered func(*tool.Running) time.Time) {
	b.Helper()
	bus := d.Dial()
	signals := make(chan *dbus.Signal, 10)
	bus.Signal(signals)
	if err := bus.AddMatchSignal(dbus.WithMatchMember("StatusNotifierItemRegistered")); err != nil {
		b.Fatal(err)
	}
	type icon struct {
		connection string
		at         time.Time
	}
	icons := make(chan icon, 10)
	go func() {
		defer close(icons)
		for s := range signals {
			connection, _, _ := strings.Cut(s.Body[0].(string), "/")
			icons <- icon{connection, time.Now()}
		}
	}()
	return func(p *tool.Running) time.Time {
		b.Helper()
		defer bus.Close()
		for i := range icons {
			var pid uint32
			// An icon that has gone is another program's.
			if bus.BusObject().Call("org.freedesktop.DBus.GetConnectionUnixProcessID", 0, i.connection).Store(&pid) == nil && int(pid) == p.PID() {
				return i.at
			}
		}
		b.Fatal("the session bus ended before the icon came")
		return time.Time{}
	}
}

// launchInTab measures a program whose page is opened in a new tab as soon as the program
// prints its URL.
func (p peer) launchInTab(b *testing.B, d *desktop.Desktop, browser *desktop.Browser) {
	b.Helper()
	open := browser.NewTabs()
	begun := time.Now()
	run := p.start(b, d, "-no-browser")
	open(run.URL)
	tab := browser.Page(run.URL)
	p.tell("painted in a tab ms", millis(painted(b, tab).Sub(begun)))
	d.Item()
	p.tell("end with a new tab ms", millis(end(run)))
	closeTab(b, tab)
	awaitNoItem(b, d)
}

// launchWithBrowser measures a program that opens its page itself.
func (p peer) launchWithBrowser(b *testing.B, d *desktop.Desktop, browser *desktop.Browser) {
	b.Helper()
	begun := time.Now()
	run := p.start(b, d)
	tab := browser.Page(run.URL)
	p.tell("painted by chromium URL ms", millis(painted(b, tab).Sub(begun)))
	d.Item()
	time.Sleep(time.Second) // as its owner leaves it open, at least
	p.tell("end with a tab ms", millis(end(run)))
	closeTab(b, tab)
	awaitNoItem(b, d)
}

// awaitNoItem waits until the tray has forgotten the program that ended.
func awaitNoItem(b *testing.B, d *desktop.Desktop) {
	b.Helper()
	desktop.Await(b, "the tray to be empty", func() bool { return len(d.Items()) == 0 })
}

// painted is when the page in a tab was first seen.
func painted(b *testing.B, tab context.Context) time.Time {
	b.Helper()
	ms := chrome.Eval[float64](b, tab, `new Promise(seen => new PerformanceObserver(list => {
		for (const paint of list.getEntriesByName("first-contentful-paint"))
			seen(performance.timeOrigin + paint.startTime);
	}).observe({type: "paint", buffered: true}))`)
	return time.UnixMicro(int64(ms * 1000))
}

// processorTime is how much of the processors a program has used.
func processorTime(b *testing.B, p *tool.Running) time.Duration {
	b.Helper()
	clock := int32(^p.PID()<<3 | 2) // of another process, see clock_getcpuclockid(3)
	var t unix.Timespec
	if err := unix.ClockGettime(clock, &t); err != nil {
		b.Fatal(err)
	}
	return time.Duration(t.Nano())
}
