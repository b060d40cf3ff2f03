package desk

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/life"
	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const url = "http://127.0.0.1:8888/"

// A runningDesk is a Desk whose program runs until the test ends.
type runningDesk struct {
	*Desk
	life  *life.Life
	ended <-chan error
}

func run(t *testing.T, infos ...func() Info) runningDesk {
	t.Helper()
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	t.Setenv("APPDATA", dir)
	login, err := NewLogin("plain", "Plain", []byte("icon"), dir)
	if err != nil {
		t.Fatal(err)
	}
	l := life.New()
	d := New(Config{Name: "Plain", URL: url, Stderr: io.Discard, Life: l, Login: login, NoIcon: true})
	for _, info := range infos {
		d.AddTray("*spam.Spam", info)
	}
	d.AskFirst()
	serving := &dibbler.Task{Name: "serving", Run: func(ctx context.Context) error { <-ctx.Done(); return nil }}
	if err := l.Add(serving, d.Task()); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- l.Run(func(error) error { return nil }) }()
	t.Cleanup(func() {
		l.Shutdown()
		<-l.Ended()
	})
	return runningDesk{d, l, ended}
}

// A menu is a plug-in with menu items.
type menu struct {
	mu    sync.Mutex
	items []Item
}

func (m *menu) info() Info {
	m.mu.Lock()
	defer m.mu.Unlock()
	return Info{Items: m.items}
}

func (m *menu) set(items ...Item) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.items = items
}

// show returns a function that returns items.
func show(items ...Item) func() Info {
	return func() Info { return Info{Items: items} }
}

// logged returns a buffer of everything that is logged from now on.
func logged(t *testing.T) *bytes.Buffer {
	log, logger := new(bytes.Buffer), slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(log, nil)))
	t.Cleanup(func() { slog.SetDefault(logger) })
	return log
}

func TestPanics(t *testing.T) {
	log := logged(t)
	d := run(t, func() Info { panic("no info") }, func() Info {
		return Info{
			Tooltip: []string{"3 new messages"},
			Items:   []Item{{Label: "Panic", Do: func(context.Context) error { panic("in an item") }}},
		}
	})
	s := d.state()
	if !slices.Equal(s.Tooltip, []string{"3 new messages"}) {
		t.Errorf("the tooltip is %q", s.Tooltip)
	}
	if got := labels(s); !slices.Equal(got, []string{"Panic", "Settings"}) {
		t.Errorf("the items are %q", got)
	}
	s.Items[0].Do()
	d.life.Shutdown()
	<-d.ended
	for _, want := range []string{"no info", "*spam.Spam", "in an item", "desk_test.go"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log has no %q: %s", want, log)
		}
	}
}

func labels(s tray.State) (l []string) {
	for _, item := range s.Items {
		l = append(l, item.Label)
	}
	return l
}

func TestItem(t *testing.T) {
	t.Run("without action", func(t *testing.T) {
		d := run(t, show(Item{Label: "3 unread"}))
		if item := d.state().Items[0]; item.Label != "3 unread" || item.Do != nil {
			t.Errorf("%q has an action: %v", item.Label, item.Do != nil)
		}
	})
	// A click does the action of the item that was shown, even if it was replaced since.
	t.Run("replaced", func(t *testing.T) {
		var done []string
		item := func(label string) Item {
			return Item{Label: label, Do: func(context.Context) error { done = append(done, label); return nil }}
		}
		first := &menu{items: []Item{item("Back up")}}
		d := run(t, first.info, show(item("Delete all")))
		shown := d.state().Items
		first.set()
		shown[0].Do()
		if !slices.Equal(done, []string{"Back up"}) {
			t.Errorf("%q was chosen, and %q done", shown[0].Label, done)
		}
	})
	t.Run("after its action", func(t *testing.T) {
		p := new(menu)
		var toggle func(on bool) Item
		toggle = func(on bool) Item {
			label := "Start"
			if on {
				label = "Stop"
			}
			return Item{Label: label, Do: func(context.Context) error { p.set(toggle(!on)); return nil }}
		}
		p.set(toggle(false))
		d := run(t, p.info)
		for _, want := range []string{"Stop", "Start", "Stop"} {
			d.state().Items[0].Do()
			if got := d.state().Items[0].Label; got != want {
				t.Fatalf("the item is %q, want %q", got, want)
			}
		}
	})
}

func TestState(t *testing.T) {
	t.Run("after the flush", func(t *testing.T) {
		var flushed, after atomic.Bool // after: whether the plug-in was asked for items after the flush
		d := run(t, func() Info {
			if flushed.Load() {
				after.Store(true)
			}
			return Info{Items: []Item{{Label: "Sow", Page: "/sow"}}, Tooltip: []string{"12 seeds"}}
		})
		if err := d.life.OnFlush("*spam.Spam", func(context.Context) error { flushed.Store(true); return nil }); err != nil {
			t.Fatal(err)
		}
		d.life.Shutdown()
		<-d.ended
		d.Served()
		d.Update()
		d.Refresh()
		s := d.state()
		if !flushed.Load() || after.Load() {
			t.Errorf("flushed: %v; asked for its items after that: %v", flushed.Load(), after.Load())
		}
		if got := labels(s); !s.Draining || !slices.Equal(got, []string{"Sow", "Settings"}) || !slices.Equal(s.Tooltip, []string{"12 seeds"}) {
			t.Errorf("the tray has lost its items: %+v", s)
		}
	})
	t.Run("unfinished", func(t *testing.T) {
		d := run(t)
		if s := d.state(); s.Draining || s.Address != "127.0.0.1:8888" {
			t.Errorf("%+v", s)
		}
		begun, release := make(chan struct{}), make(chan struct{})
		go d.life.Do("slow", func(ctx context.Context) error { close(begun); <-release; return nil })
		<-begun
		d.life.Shutdown()
		<-d.life.Stopping()
		if s := d.state(); !s.Draining || s.Unfinished < 1 {
			t.Errorf("%+v", s)
		}
		close(release)
		<-d.ended
	})
	t.Run("hint", func(t *testing.T) {
		d := run(t)
		for _, err := range []error{nil, errors.New("no screen"), nil} {
			d.opened(err)
			hinted := slices.Contains(d.state().Tooltip, "Open "+url+" in your browser")
			if hinted != (err != nil) {
				t.Errorf("after %v: hint: %v", err, hinted)
			}
		}
	})
}
