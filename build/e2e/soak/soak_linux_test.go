package soak

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// The programs that the test starts, once built.
var soaked, intruder string

func TestMain(m *testing.M) {
	tool.Main(m, map[*string]string{
		&soaked:   "internal/soaked",
		&intruder: "../tool/intruder",
	})
}

const users = 6 // at a time

// The program is used for a stretch, and then rests, and so on. The first stretch
// is to warm it up.
const (
	stretches = 10
	stretch   = time.Minute
)

// Memory at rest is never quite the same: tables have grown, what is in use lies
// scattered, and what is free is given back in pieces. A few bytes that are lost
// with every use are more than this.
const (
	heapSlack     = 256     // KiB
	residentSlack = 4 << 10 // KiB
)

// When the program has warmed up, it opens no more files and has no more goroutines after
// any stretch, and its memory does not grow from the first half of them to the second.
func TestSoak(t *testing.T) {
	proof.Only(t)
	d := desktop.Start(t)
	d.SetURLHandler("true") // second launches open their page in nothing
	p := tool.Start(t, d, nil, soaked, "-no-browser")
	browser := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: users}}
	defer browser.CloseIdleConnections()
	u := &user{p: p, d: d, browser: browser}

	tried, well := u.useAll(t)
	warm := u.rest(t)
	t.Log("warm: ", warm)
	var halves [2]held        // the least of each half of the stretches
	files, goroutines := 0, 0 // the rests with no more of them
	for i := range stretches {
		n, ok := u.useAll(t)
		tried, well = tried+n, well+ok
		now := u.rest(t)
		t.Logf("after stretch %d, %d uses: %v", i+1, n, now)
		if half := &halves[2*i/stretches]; half.files == 0 {
			*half = now
		} else {
			*half = half.min(now)
		}
		files += count(now.files <= warm.files)
		goroutines += count(now.goroutines <= warm.goroutines)
	}
	if left, err := filepath.Glob(filepath.Join(d.Home(), ".cache", "*", "temp", "*")); err != nil || len(left) > 0 {
		t.Errorf("left in the temporary folder: %q, %v", left, err)
	}
	p.Stop()

	proof.Held(t, "uses of a soaked tool, most of them right and many wrong, end as they should", tried, well)
	proof.Held(t, "stretches of the soak after which there are no more open files than when it was warm", stretches, files)
	proof.Held(t, "stretches of the soak after which there are no more goroutines than when it was warm", stretches, goroutines)
	early, late := halves[0], halves[1]
	proof.Held(t, "soaks whose later half has no more memory in use than the earlier, but for 256 KiB", 1, count(late.heap <= early.heap+heapSlack))
	proof.Held(t, "soaks whose later half has no more memory resident than the earlier, but for 4 MiB", 1, count(late.resident <= early.resident+residentSlack))
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// useAll has some users do everything, in any order, for a stretch.
func (u *user) useAll(t *testing.T) (tried, well int) {
	var deck []use
	for _, u := range uses {
		if u.root && os.Getuid() != 0 {
			continue
		}
		deck = append(deck, slices.Repeat([]use{u}, u.weight)...)
	}
	end := time.Now().Add(stretch)
	var did, right atomic.Int32
	var all sync.WaitGroup
	for range users {
		all.Go(func() {
			for time.Now().Before(end) {
				use := deck[rand.N(len(deck))]
				did.Add(1)
				if err := use.do(u); err != nil {
					t.Errorf("%s: %v", use.name, err)
				} else {
					right.Add(1)
				}
			}
		})
	}
	all.Wait()
	return int(did.Load()), int(right.Load())
}

// held is what a program holds.
type held struct {
	files, goroutines int
	heap, resident    int // in KiB
}

func (h held) min(o held) held {
	return held{min(h.files, o.files), min(h.goroutines, o.goroutines), min(h.heap, o.heap), min(h.resident, o.resident)}
}

func (h held) String() string {
	return fmt.Sprintf("%d files, %d goroutines, %d KiB in use, %d KiB resident", h.files, h.goroutines, h.heap, h.resident)
}

// rest returns the least that the program holds within a second in which it is
// asked that and nothing else. Being asked takes a connection, and goroutines, which
// are gone soon after.
func (u *user) rest(t *testing.T) held {
	t.Helper()
	u.browser.CloseIdleConnections()
	least := u.held(t)
	for range 20 {
		time.Sleep(50 * time.Millisecond)
		least = least.min(u.held(t))
	}
	return least
}

func (u *user) held(t *testing.T) (h held) {
	t.Helper()
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", u.p.PID()))
	if err != nil {
		t.Fatal(err)
	}
	h.files = len(files)
	if _, err := fmt.Sscan(tool.Get(t, u.p.URL+"held"), &h.goroutines, &h.heap); err != nil {
		t.Fatal(err)
	}
	h.heap /= 1 << 10
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", u.p.PID()))
	if err != nil {
		t.Fatal(err)
	}
	_, rss, _ := strings.Cut(string(status), "VmRSS:")
	if _, err := fmt.Sscan(rss, &h.resident); err != nil {
		t.Fatal(err)
	}
	return h
}
