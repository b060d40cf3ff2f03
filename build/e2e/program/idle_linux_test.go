package program

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

var idle = flag.Duration("idle", time.Minute, "how long BenchmarkIdle watches")

// BenchmarkIdle counts how often programs wake up while nobody uses them.
func BenchmarkIdle(b *testing.B) {
	d := desktop.Start(b)
	d.StartPanel(desktop.Dark)
	all := peers(b, d)
	for b.Loop() {
		var running []*tool.Running
		for _, p := range all {
			run := p.start(b, d, "-no-browser")
			tool.Get(b, run.URL)
			running = append(running, run)
		}
		time.Sleep(2 * time.Second) // the programs finish starting
		var before []float64
		for _, run := range running {
			before = append(before, wakeUps(b, run))
		}
		time.Sleep(*idle)
		for i, run := range running {
			all[i].tell("wake-ups/min", (wakeUps(b, run)-before[i])/idle.Minutes())
			end(run)
		}
	}
}

// wakeUps is how often the threads of a program have slept.
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

// field is the number after a name in a file of the system.
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
