package program

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

var idle = flag.Duration("idle", time.Minute, "how long BenchmarkIdle watches")

// A race measures the calendar in turn with two programs of net/http, on the same
// desktop: the bare one has the page as a file, and the mounted one makes it with
// the calendar's plug-in.
type race struct {
	b    *testing.B
	d    *desktop.Desktop
	page string // the file with the page that the bare program serves
}

// startRace saves the calendar's page for the bare program.
func startRace(b *testing.B) race {
	d := desktop.Start(b)
	d.StartPanel(desktop.Dark)
	r := race{b, d, filepath.Join(d.Home(), "page.html")}
	p := r.calendar()
	if err := os.WriteFile(r.page, []byte(tool.Get(b, p.URL)), 0o600); err != nil {
		b.Fatal(err)
	}
	end(p)
	return r
}

func (r race) calendar() *tool.Running { return tool.Start(r.b, r.d, nil, calendar, "-no-browser") }

func (r race) bare() *tool.Running { return tool.Start(r.b, r.d, nil, bare, r.page) }

func (r race) mounted() *tool.Running { return tool.Start(r.b, r.d, nil, mounted) }

func (r race) launches() []func() *tool.Running {
	return []func() *tool.Running{r.calendar, r.bare, r.mounted}
}

// end ends a program and returns how long that takes.
func end(p *tool.Running) time.Duration {
	begun := time.Now()
	p.Signal(syscall.SIGTERM)
	p.Wait()
	return time.Since(begun)
}

// median is in milliseconds.
func median(times []time.Duration) float64 {
	slices.Sort(times)
	return float64(times[len(times)/2]) / float64(time.Millisecond)
}

func medians(times [3][]time.Duration) []float64 {
	return []float64{median(times[0]), median(times[1]), median(times[2])}
}

// report reports a measure of each program, in the order of launches, as the
// calendar's own and as its ratio to the others'.
func (r race) report(unit string, measured []float64) {
	r.b.ReportMetric(measured[0], unit)
	r.b.ReportMetric(measured[0]/measured[1], unit+"/bare")
	r.b.ReportMetric(measured[0]/measured[2], unit+"/mounted")
	r.b.Logf("%s: calendar %.2f, bare %.2f, mounted %.2f", unit, measured[0], measured[1], measured[2])
}

// BenchmarkStart measures from the launch to the first whole answer, and from
// the signal to the end of the process.
func BenchmarkStart(b *testing.B) {
	r := startRace(b)
	var started, ended [3][]time.Duration
	b.ResetTimer()
	for range b.N {
		for i, launch := range r.launches() {
			begun := time.Now()
			p := launch()
			tool.Get(b, p.URL)
			started[i] = append(started[i], time.Since(begun))
			if i == 0 {
				r.d.Item()
			}
			ended[i] = append(ended[i], end(p))
		}
	}
	r.report("ms-to-answer", medians(started))
	r.report("ms-to-end", medians(ended))
}

// BenchmarkIcon measures from the launch to the icon's place in the tray.
func BenchmarkIcon(b *testing.B) {
	r := startRace(b)
	bus := r.d.Dial()
	registered := make(chan *dbus.Signal, 10)
	bus.Signal(registered)
	if err := bus.AddMatchSignal(dbus.WithMatchMember("StatusNotifierItemRegistered")); err != nil {
		b.Fatal(err)
	}
	var times []time.Duration
	b.ResetTimer()
	for range b.N {
		begun := time.Now()
		p := r.calendar()
		<-registered
		times = append(times, time.Since(begun))
		end(p)
		for len(registered) > 0 {
			<-registered
		}
	}
	b.ReportMetric(median(times), "ms-to-icon")
}

// BenchmarkIdle measures what the programs hold and do while nobody uses them.
func BenchmarkIdle(b *testing.B) {
	for range b.N {
		r := startRace(b)
		var all []*tool.Running
		for _, launch := range r.launches() {
			p := launch()
			tool.Get(b, p.URL)
			all = append(all, p)
		}
		r.d.Item()
		time.Sleep(2 * time.Second) // what the start has begun comes to rest
		var woken, held []float64
		for _, p := range all {
			woken = append(woken, wakeUps(b, p))
		}
		time.Sleep(*idle)
		for i, p := range all {
			woken[i] = (wakeUps(b, p) - woken[i]) / idle.Minutes()
			held = append(held, memory(b, p))
		}
		r.report("MiB", held)
		r.report("wake-ups/min", woken)
	}
}

// wakeUps is how often the threads of a program have gone to sleep.
func wakeUps(b *testing.B, p *tool.Running) float64 {
	b.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/status", p.PID()))
	if err != nil {
		b.Fatal(err)
	}
	sum := 0.0
	for _, status := range threads {
		sum += field(b, status, "voluntary_ctxt_switches:")
	}
	return sum
}

// memory is in MiB.
func memory(b *testing.B, p *tool.Running) float64 {
	b.Helper()
	return field(b, fmt.Sprintf("/proc/%d/status", p.PID()), "VmRSS:") / 1024
}

func field(b *testing.B, file, name string) float64 {
	b.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name); ok {
			n, err := strconv.ParseFloat(strings.Fields(value)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return n
		}
	}
	b.Fatalf("%s has no %s", file, name)
	return 0
}
