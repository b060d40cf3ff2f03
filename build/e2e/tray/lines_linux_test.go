package tray_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// awaitLines waits until the menu has lines between those that it has always.
func (p *program) awaitLines(lines ...string) {
	p.t.Helper()
	want := []string{"Open", "(Running at 127.0.0.1:8888)", "---"}
	if len(lines) > 0 {
		want = append(append(want, lines...), "---")
	}
	want = append(want, "Show log", "[ ] Start at login", "---", "Shutdown")
	desktop.Await(p.t, fmt.Sprintf("a menu with %d lines", len(lines)), func() bool {
		got := p.menu()
		for i, line := range got {
			got[i] = strings.ReplaceAll(line, "__", "_")
		}
		return slices.Equal(got, want)
	})
}

// TestLines: lines come and go in number, order and kind.
func TestLines(t *testing.T) {
	d := desktop.Start(t)
	w := startWatcher(t, d, true)
	p := run(t, d, nil)
	<-w.registered
	all := make([]string, 50)
	for i := range all {
		all[i] = []string{"Line %d", "[ ] Line %d", "[x] Line %d", "(Line %d)"}[i%4]
		all[i] = fmt.Sprintf(all[i], i)
	}
	back := slices.Clone(all)
	slices.Reverse(back)
	for _, lines := range [][]string{all, nil, back, all[:1], all[20:], back[:7], {"[x] Line 0"}, {"Line 0"}} {
		p.order("items %s", strings.Join(lines, "|"))
		p.awaitLines(lines...)
	}
	p.choose("Line 0")
	p.Line("chosen Line 0")
}

// TestLines_signals: a panel reads again only what has changed.
func TestLines_signals(t *testing.T) {
	d := desktop.Start(t)
	w := startWatcher(t, d, true)
	p := run(t, d, nil)
	<-w.registered
	p.order("items One|[ ] Two|Three")
	p.awaitLines("One", "[ ] Two", "Three")
	signals := p.signals("com.canonical.dbusmenu")
	for _, step := range []struct{ items, want string }{
		{"One|[x] Two|Three", "ItemsPropertiesUpdated"},
		{"One|([ ] Two)|Tree", "ItemsPropertiesUpdated"},
		{"Tree|One", "LayoutUpdated"},
		{"Tree|One", ""},
		{"", "LayoutUpdated"},
	} {
		p.order("items %s", step.items)
		if step.want != "" {
			if got := <-signals; got.Name != "com.canonical.dbusmenu."+step.want {
				t.Errorf("%q: %v, want %s", step.items, got, step.want)
			}
		}
	}
	// A click on a check mark that does not change it: some panels have changed it.
	p.order("items [x] One")
	<-signals
	p.choose("One")
	p.Line("chosen One")
	if got := <-signals; got.Name != "com.canonical.dbusmenu.ItemsPropertiesUpdated" {
		t.Errorf("click: %v", got)
	}
	p.order("quit")
	p.awaitEnd()
	if n := len(signals); n != 0 {
		t.Errorf("%d signals more, the first %v", n, <-signals)
	}
}
