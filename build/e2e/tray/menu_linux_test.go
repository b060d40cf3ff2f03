package tray_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// awaitLines waits until the menu has these lines between the program's own ones.
func (p *program) awaitLines(lines ...string) {
	p.t.Helper()
	want := []string{"Open", "(Running at 127.0.0.1:8888)", "---"}
	if len(lines) > 0 {
		want = append(append(want, lines...), "---")
	}
	want = append(want, "Show log", "[ ] Start at login", "---", "Shutdown")
	desktop.Await(p.t, fmt.Sprintf("the menu %q", want), func() bool { return slices.Equal(p.d.Item().Lines(), want) })
}

// TestLines changes the number, the order and the kind of the lines.
func TestLines(t *testing.T) {
	d, _, p := runWatched(t)
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
	d.Item().Choose("Line 0")
	p.Line("chosen Line 0")
}

// TestLines_signals: a panel reads only the lines that have changed, so that an open menu
// does not flicker.
func TestLines_signals(t *testing.T) {
	d, _, p := runWatched(t)
	p.order("items One|[ ] Two")
	p.awaitLines("One", "[ ] Two")
	next := p.signals("com.canonical.dbusmenu")
	expect := func(after, want string) {
		t.Helper()
		if got := next(); got != want {
			t.Errorf("after %q the program sent %s, want %s", after, got, want)
		}
	}
	for _, step := range []struct{ items, want string }{
		{"One|[x] Two", "ItemsPropertiesUpdated"},
		{"Two|One", "LayoutUpdated"},
		{"Two|(One)", "ItemsPropertiesUpdated"},
		{"[x] One", "LayoutUpdated"},
	} {
		p.order("items %s", step.items)
		expect(step.items, step.want)
	}
	// Some panels change a check mark when it is clicked, although the program does not.
	d.Item().Choose("One")
	p.Line("chosen One")
	expect("a click", "ItemsPropertiesUpdated")
}

// TestClicks: a click activates the icon. Panels without menus call ContextMenu for a right
// click, and others SecondaryActivate for a middle click.
func TestClicks(t *testing.T) {
	d, _, p := runWatched(t)
	icon := d.Dial().Object(fmt.Sprintf("org.kde.StatusNotifierItem-%d-1", p.PID()), "/StatusNotifierItem")
	for _, click := range []struct{ method, want string }{
		{"Activate", "open"}, {"ContextMenu", "page"}, {"SecondaryActivate", "page"},
	} {
		if err := icon.Call("org.kde.StatusNotifierItem."+click.method, 0, int32(0), int32(0)).Err; err != nil {
			t.Fatalf("%s: %v", click.method, err)
		}
		p.Line(click.want)
	}
}
