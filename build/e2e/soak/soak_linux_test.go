package soak

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// soaked is the program that the test uses, once built.
var soaked string

func TestMain(m *testing.M) { tool.Main(m, map[*string]string{&soaked: "internal/soaked"}) }

const (
	users     = 6 // at a time
	stretches = 10
	stretch   = time.Minute
)

// held is what the program holds, in the order of measures.
type held [4]int

// measures have the growth that is no leak. Memory at rest varies: tables have grown, and
// free memory is returned to the system in pieces.
var measures = [len(held{})]struct {
	name  string
	slack int
}{{"goroutines", 0}, {"open files", 0}, {"bytes on the heap", 256 << 10}, {"resident pages of memory", 1 << 10}}

// After a minute of warming up, the program is used for ten minutes, with a rest after
// each. From the first five rests to the last five, it holds no more.
func TestSoak(t *testing.T) {
	proof.Only(t)
	d := desktop.Start(t)
	d.SetURLHandler("true") // second launches open no page
	p := tool.Start(t, d, nil, soaked, "-no-browser")
	browser := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: users}}
	defer browser.CloseIdleConnections()
	u := &user{p: p, d: d, browser: browser}

	tried, right := u.useAll(t)
	var halves [2]held
	for i := range stretches {
		n, ok := u.useAll(t)
		tried, right = tried+n, right+ok
		now := u.rest(t)
		t.Logf("after stretch %d of %d uses: %v of %v", i+1, n, now, measures)
		half := &halves[2*i/stretches]
		if half[0] == 0 {
			*half = now
		}
		half.lower(now)
	}
	if left, err := filepath.Glob(filepath.Join(d.Home(), ".cache", "*", "temp", "*")); err != nil || len(left) > 0 {
		t.Errorf("the temporary folder has %q, %v; want nothing", left, err)
	}
	p.Stop()
	proof.Held(t, "uses of a program by six users for ten minutes, some of them faulty, end as they should", tried, right)
	for i, m := range measures {
		steady := 0
		if grown := halves[1][i] - halves[0][i]; grown <= m.slack {
			steady = 1
		} else {
			t.Errorf("%s grew by %d; want at most %d", m.name, grown, m.slack)
		}
		proof.Held(t, "there are no more "+m.name+" at the end of ten minutes of use than at the beginning", 1, steady)
	}
}

// useAll has all users do random uses for a stretch.
func (u *user) useAll(t *testing.T) (tried, right int) {
	var deck []use
	for _, u := range uses {
		deck = append(deck, slices.Repeat([]use{u}, u.weight)...)
	}
	end := time.Now().Add(stretch)
	var did, succeeded atomic.Int32
	var all sync.WaitGroup
	for range users {
		all.Go(func() {
			for time.Now().Before(end) {
				use := deck[rand.N(len(deck))]
				did.Add(1)
				if err := use.do(u); err != nil {
					t.Errorf("%s: %v", use.name, err)
				} else {
					succeeded.Add(1)
				}
			}
		})
	}
	all.Wait()
	return int(did.Load()), int(succeeded.Load())
}

func (h *held) lower(to held) {
	for i := range h {
		h[i] = min(h[i], to[i])
	}
}

// rest returns the least that the program holds within a second of rest. The request that
// measures it has a connection and goroutines too, which end a moment later.
func (u *user) rest(t *testing.T) (least held) {
	t.Helper()
	u.browser.CloseIdleConnections()
	for i := range 20 {
		time.Sleep(50 * time.Millisecond)
		var now held
		if _, err := fmt.Sscan(tool.Get(t, u.p.URL+"held"), &now[0], &now[1], &now[2], &now[3]); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			least = now
		}
		least.lower(now)
	}
	return least
}
