package app

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
)

// A bungler panics wherever the tray asks it.
type bungler struct{ plain }

func (bungler) TrayItems() []dibbler.TrayItem { panic("no items") }
func (bungler) TrayTooltip() string           { panic("no tooltip") }

type talker struct{ doer }

func (*talker) TrayTooltip() string { return "3 new messages" }

func TestTrayOfPluginsThatPanic(t *testing.T) {
	p := serve(t, bungler{}, &talker{doer{items: []dibbler.TrayItem{{Label: "Panic", Do: func(context.Context) error { panic("in an item") }}}}})
	s := p.trayState()
	if !slices.Equal(s.Tooltip, []string{"3 new messages"}) {
		t.Errorf("the tooltip is %q", s.Tooltip)
	}
	if got := labels(s); !slices.Equal(got, []string{"Panic", "Settings"}) {
		t.Errorf("the items are %q", got)
	}
	s.Items[0].Do()
	text, err := p.journal.tail(shownLog)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"no items", "no tooltip", "in an item", "icon_test.go"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the log has no %q: %s", want, text)
		}
	}
	if got := p.page(t, "/sniffed"); got.err != nil || got.StatusCode != 404 {
		t.Errorf("%s, %v", got.Status, got.err)
	}
}

func labels(s tray.State) (l []string) {
	for _, item := range s.Items {
		l = append(l, item.Label)
	}
	return l
}

func TestALineThatOnlySaysSomethingCannotBeChosen(t *testing.T) {
	d := &doer{items: []dibbler.TrayItem{{Label: "3 unread"}}}
	p := serve(t, sender{}, d)
	if item := p.trayState().Items[0]; item.Label != "3 unread" || item.Do != nil {
		t.Errorf("%q does something: %v", item.Label, item.Do != nil)
	}
	if page := p.page(t, "/file").body; !strings.Contains(page, "<span>3 unread</span>") || strings.Contains(page, "/app.item") {
		t.Errorf("the bar: %s", page)
	}
}

// A click does what its line said, whatever the plug-ins have in that place by then.
func TestAClickDoesWhatItsLineSaid(t *testing.T) {
	var done []string
	item := func(label string) dibbler.TrayItem {
		return dibbler.TrayItem{Label: label, Do: func(context.Context) error { done = append(done, label); return nil }}
	}
	first, second := &doer{items: []dibbler.TrayItem{item("Back up")}}, &doer{items: []dibbler.TrayItem{item("Delete all")}}
	p := serve(t, plain{}, first, second)
	shown := p.trayState().Items
	first.items = nil
	shown[0].Do()
	if !slices.Equal(done, []string{"Back up"}) {
		t.Errorf("%q was chosen, and %q done", shown[0].Label, done)
	}
}

func TestATrayItemIsToldOfTheEndAndLetFinish(t *testing.T) {
	for way, choose := range map[string]func(*program){
		"tray": func(p *program) { p.trayState().Items[0].Do() },
		"bar": func(p *program) {
			if got := p.submit(t, "/app.item", "n=0&label=Save"); got.err != nil || got.StatusCode != 500 || !strings.Contains(got.body, "saved, but not quite") {
				t.Errorf("%s: %s, %v", got.Status, got.body, got.err)
			}
		},
	} {
		t.Run(way, func(t *testing.T) {
			begun, finished := make(chan struct{}), false
			p := serve(t, plain{}, &doer{items: []dibbler.TrayItem{{Label: "Save", Do: func(ctx context.Context) error {
				close(begun)
				<-ctx.Done()
				finished = true
				return errors.New("saved, but not quite")
			}}}})
			late := p.trayState().Items[0].Do
			done := make(chan struct{})
			go func() {
				defer close(done)
				choose(p)
			}()
			<-begun
			p.env.Stop()
			<-p.ended
			<-done
			if !finished {
				t.Error("the program ended before the item was done")
			}
			late() // which does nothing
			if text, err := p.journal.tail(shownLog); err != nil || !strings.Contains(string(text), "saved, but not quite") || !strings.Contains(string(text), "tray item not done") {
				t.Errorf("%s, %v", text, err)
			}
		})
	}
}

// A keeper has nothing to say any more once it has written everything down.
type keeper struct {
	plain
	flushed bool
	after   []string // what it was asked for after that
}

func (k *keeper) asked(what string) {
	if k.flushed {
		k.after = append(k.after, what)
	}
}

func (k *keeper) Flush() error        { k.flushed = true; return nil }
func (k *keeper) TrayTooltip() string { k.asked("tooltip"); return "12 seeds" }
func (k *keeper) TrayItems() []dibbler.TrayItem {
	k.asked("items")
	return []dibbler.TrayItem{{Label: "Sow", Page: "/sow"}}
}

func TestThePluginsAreAskedNothingAfterTheirFlush(t *testing.T) {
	k := new(keeper)
	p := serve(t, k)
	p.trayState()
	p.shutdown()
	<-p.env.Stopping()
	if err := p.flush(); err != nil {
		t.Error(err)
	}
	s := p.trayState()
	if k.after != nil {
		t.Errorf("after its Flush it was asked for %q", k.after)
	}
	if got := labels(s); !s.Draining || !slices.Equal(got, []string{"Sow", "Settings"}) || !slices.Equal(s.Tooltip, []string{"12 seeds"}) {
		t.Errorf("the tray has not kept what it said: %+v", s)
	}
}

// TestATabThatIsClosedStopsNoItem that was chosen in it.
func TestATabThatIsClosedStopsNoItem(t *testing.T) {
	var came error = errors.New("not done")
	p := serve(t, plain{}, &doer{items: []dibbler.TrayItem{{Label: "Save", Do: func(ctx context.Context) error {
		came = ctx.Err()
		return nil
	}}}})
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(gone, http.MethodPost, "/app.item", strings.NewReader("n=0&label=Save"))
	r.Host = hostOf(p.server.URL())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	p.server.ServeHTTP(httptest.NewRecorder(), r)
	if came != nil {
		t.Errorf("the item's context says: %v", came)
	}
}

func TestTheTrayCountsDown(t *testing.T) {
	p := serve(t, plain{})
	if s := p.trayState(); s.Draining || s.Address != strings.Trim(strings.TrimPrefix(p.server.URL(), "http:"), "/") {
		t.Errorf("%+v", s)
	}
	body, release := hold(t, p.server.URL())
	p.shutdown()
	if line, err := body.ReadString('\n'); line != "ending\n" {
		t.Fatalf("%q, %v", line, err)
	}
	if s := p.trayState(); !s.Draining || s.Unfinished != 1 {
		t.Errorf("%+v", s)
	}
	release()
	<-p.ended
}

func TestUntilTheHourIsOfTheLocalTime(t *testing.T) {
	india := time.FixedZone("India", 5*3600+1800)
	for text, want := range map[string]time.Duration{
		"2003-01-01T23:59:59.5": time.Second / 2,
		"2003-01-01T23:00:00":   time.Hour,
		"2003-01-01T23:30:00":   30 * time.Minute,
	} {
		now, err := time.ParseInLocation("2006-01-02T15:04:05", text, india)
		if err != nil {
			t.Fatal(err)
		}
		if got := untilHour(now); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}
