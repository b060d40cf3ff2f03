package notice

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf16"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestCheck(t *testing.T) {
	for name, test := range map[string]struct {
		give, want Notice
		err        string
	}{
		"whole":       {Notice{"Saved", "3 files", "/files?n=3"}, Notice{"Saved", "3 files", "/files?n=3"}, ""},
		"home":        {Notice{"Saved", "", ""}, Notice{"Saved", "", "/"}, ""},
		"line ends":   {Notice{" Saved\r\nall\t", "\na\r\nb\rc\n", ""}, Notice{"Saved all", "a\nb c", "/"}, ""},
		"invisible":   {Notice{"\x1b[1mSaved\x00\xff", "\x07", ""}, Notice{"[1mSaved\uFFFD", "", "/"}, ""},
		"markup":      {Notice{"<b>&amp;", "<img>", ""}, Notice{"<b>&amp;", "<img>", "/"}, ""},
		"long":        {Notice{strings.Repeat("ä", 101), strings.Repeat("b", 10_000), ""}, Notice{strings.Repeat("ä", 99) + "…", strings.Repeat("b", 499) + "…", "/"}, ""},
		"many lines":  {Notice{"Saved", strings.Repeat("a\n", 11), ""}, Notice{"Saved", strings.Repeat("a\n", 9) + "…", "/"}, ""},
		"no title":    {Notice{" \n\x00", "3 files", "/"}, Notice{}, "a notice needs a title"},
		"other site":  {Notice{"Saved", "", "http://elsewhere.test/"}, Notice{}, `cannot open "http://elsewhere.test/"`},
		"other host":  {Notice{"Saved", "", "//elsewhere.test/"}, Notice{}, `cannot open "//elsewhere.test/"`},
		"other slash": {Notice{"Saved", "", `/\elsewhere.test/`}, Notice{}, "cannot open"},
		"no path":     {Notice{"Saved", "", "files"}, Notice{}, `cannot open "files"`},
	} {
		got, err := Check(test.give)
		if test.err != "" {
			if err == nil || !strings.Contains(err.Error(), test.err) {
				t.Errorf("%s: %v", name, err)
			}
		} else if got != test.want || err != nil {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// A screen records the notices that a Notifier shows.
type screen struct {
	titles []string
	times  []time.Duration // after the start
	err    error
}

func newNotifier(t *testing.T) (*Notifier, *screen) {
	ctx, cancel := context.WithCancel(context.Background())
	s, begun := new(screen), time.Now()
	n := &Notifier{ctx: ctx, end: cancel, show: func(_ context.Context, n Notice) error {
		s.titles, s.times = append(s.titles, n.Title+n.Text), append(s.times, time.Since(begun))
		return s.err
	}}
	t.Cleanup(func() {
		n.Close()
		n.workers.Wait()
	})
	return n, s
}

func ignore(error) {}

func TestNotifier_flood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, s := newNotifier(t)
		n.Show(Notice{Title: "First"}, ignore)
		synctest.Wait()
		for i := range 10_000 {
			n.Show(Notice{Title: fmt.Sprint("Notice ", i)}, ignore)
		}
		n.mu.Lock()
		if len(n.waiting) != maxKept {
			t.Errorf("%d wait", len(n.waiting))
		}
		n.mu.Unlock()
		n.workers.Wait()
		if len(s.titles) != 1+maxKept || s.titles[0] != "First" || s.titles[1] != "Notice 9980" || s.titles[maxKept] != "Notice 9999" {
			t.Errorf("shown: %q", s.titles)
		}
		for i, at := range s.times {
			if at != time.Duration(i)*pause {
				t.Errorf("shown after %v", s.times)
				break
			}
		}
	})
}

// A notice replaces a waiting one with the same title, and takes its turn.
func TestNotifier_sameTitle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, s := newNotifier(t)
		var told []string
		for i := range 5 {
			for _, title := range []string{"A", "B"} {
				text := fmt.Sprint(i)
				n.Show(Notice{Title: title, Text: text}, func(error) { told = append(told, title+text) })
			}
			if i == 0 {
				synctest.Wait()
			}
		}
		n.workers.Wait()
		if want := []string{"A0", "B4", "A4"}; !slices.Equal(s.titles, want) || !slices.Equal(told, want) {
			t.Errorf("shown: %q, told: %q, want %q", s.titles, told, want)
		}
	})
}

func TestNotifier_error(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, s := newNotifier(t)
		s.err = errors.New("no service")
		n.Show(Notice{Title: "A"}, func(err error) {
			if err != s.err {
				t.Error(err)
			}
		})
		n.workers.Wait()
	})
}

func TestNotifier_Close(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, s := newNotifier(t)
		n.Show(Notice{Title: "A"}, ignore)
		synctest.Wait()
		n.Show(Notice{Title: "B"}, ignore)
		n.Close()
		n.workers.Wait()
		n.Show(Notice{Title: "C"}, ignore)
		n.workers.Wait()
		if !slices.Equal(s.titles, []string{"A"}) {
			t.Errorf("shown: %q", s.titles)
		}
	})
}

func TestAppleScript(t *testing.T) {
	got := appleScript("Tea", Notice{Title: `3" of \`, Text: "\" & (do shell script \"id\")\nend"})
	if want := `display notification "\" & (do shell script \"id\")` + "\n" + `end" with title "Tea" subtitle "3\" of \\"`; got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
}

func TestUnits(t *testing.T) {
	for text, want := range map[string]string{
		"":       "\x00",
		"abc":    "abc\x00",
		"abcdef": "abc…\x00",
		"ab😀":    "ab😀\x00",
		"abc😀":   "abc…\x00",
		"ab😀d":   "ab…\x00",
	} {
		if got := string(utf16.Decode(units(text, 5))); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
