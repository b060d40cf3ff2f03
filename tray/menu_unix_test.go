//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
)

// menuOf returns the lines of a menu with only these items.
func menuOf(chosen *[]string, labels ...string) []line {
	var s State
	for _, label := range labels {
		s.Items = append(s.Items, Item{Label: label, Do: func() { *chosen = append(*chosen, label) }})
	}
	return itemLines(s, len(labels))
}

// numbers writes a menu with the numbers of its lines.
func (m *busMenu) numbers() string {
	var b strings.Builder
	for _, l := range m.lines {
		fmt.Fprintf(&b, "%d%s ", l.id, l.label)
	}
	return strings.TrimSpace(b.String())
}

func TestBusMenu(t *testing.T) {
	m := &busMenu{}
	for _, step := range []struct{ labels, want string }{
		{"", ""},
		{"A B C", "1A 2B 3C"},
		{"B C", "2B 3C"},
		{"B X C", "2B 4X 3C"},
		{"B Y C", "2B 4Y 3C"}, // a new label
		{"C B", "5C 6B"},      // moved
		{"C D B", "5C 7D 6B"},
		{"C B C", "5C 8B 9C"}, // two lines with the same label
		{"", ""},
		{"A", "10A"}, // no number is used again
	} {
		m.show(menuOf(nil, strings.Fields(step.labels)...))
		m.getLayout(0, -1, nil)
		if got := m.numbers(); got != step.want {
			t.Errorf("%q: %q, want %q", step.labels, got, step.want)
		}
	}
}

// TestBusMenu_checkable: Plasma does not notice when a line becomes checkable.
func TestBusMenu_checkable(t *testing.T) {
	m := &busMenu{}
	for _, step := range []struct {
		item Item
		want string
	}{
		{Item{Label: "A"}, "1A"},
		{Item{Label: "A", Checkable: true}, "2A"},
		{Item{Label: "A", Checked: true}, "2A"},
		{Item{Label: "B", Checked: true}, "2B"},
		{Item{Label: "C"}, "3C"},
	} {
		m.show(itemLines(State{Items: []Item{step.item}}, 1))
		m.getLayout(0, -1, nil)
		if got := m.numbers(); got != step.want {
			t.Errorf("%+v: %q, want %q", step.item, got, step.want)
		}
	}
}

// TestBusMenu_click: a click is for the line that the panel has read.
func TestBusMenu_click(t *testing.T) {
	var chosen []string
	m := &busMenu{chosen: func(l line) { l.do() }}
	click := func(id int32) *dbus.Error { return m.event(id, "clicked", dbus.MakeVariant(0), 0) }
	m.show(menuOf(&chosen, "A", "B", "C"))
	m.getLayout(0, -1, nil)
	m.show(menuOf(&chosen, "C", "B", "New"))
	m.show(menuOf(&chosen, "New", "C", "B"))
	for id, want := range map[int32]string{1: "New", 2: "B", 3: "C"} {
		if err := click(id); err != nil || !slices.Equal(chosen, []string{want}) {
			t.Errorf("%d: %v, %v, want %v", id, chosen, err, want)
		}
		chosen = nil
	}
	m.show(menuOf(&chosen, "B"))
	for _, gone := range []int32{3, 0, 99} {
		if err := click(gone); err == nil || chosen != nil {
			t.Errorf("line %d, which was removed: %v, %v", gone, chosen, err)
		}
	}
	if err := m.event(2, "hovered", dbus.MakeVariant(0), 0); err != nil || chosen != nil {
		t.Errorf("a hovered event: %v, %v", chosen, err)
	}
}

// A gnome shows a menu like GNOME's extension AppIndicator up to version 46 and perhaps later:
// it adds new lines at their positions among the old ones, then removes old lines, and does not
// move any.
type gnome struct {
	shown []properties
}

func (g *gnome) read(m *busMenu) {
	_, root, _ := m.getLayout(0, -1, nil)
	reads := map[int32]bool{}
	for i, child := range root.Children {
		n := child.Value().(node)
		reads[n.ID] = true
		at := slices.IndexFunc(g.shown, func(p properties) bool { return p.ID == n.ID })
		if at < 0 {
			g.shown = slices.Insert(g.shown, min(i, len(g.shown)), properties{n.ID, n.Values})
		} else {
			g.shown[at].Values = n.Values
		}
	}
	g.shown = slices.DeleteFunc(g.shown, func(p properties) bool { return !reads[p.ID] })
}

func (g *gnome) labels() (labels []string) {
	for _, p := range g.shown {
		labels = append(labels, p.Values["label"].Value().(string))
	}
	return labels
}

// TestBusMenu_anyChanges checks that the panel shows the lines in order after any changes, even
// if it has not read all of them.
func TestBusMenu_anyChanges(t *testing.T) {
	var g gnome
	m, random := &busMenu{}, rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		labels := make([]string, random.IntN(51))
		for i := range labels {
			labels[i] = fmt.Sprint(random.IntN(60))
		}
		if random.IntN(2) == 0 { // a smaller change
			labels = g.labels()
			for range random.IntN(4) {
				i := random.IntN(len(labels) + 1)
				labels = slices.Insert(labels, i, fmt.Sprint(random.IntN(60)))
				i = random.IntN(len(labels))
				labels = slices.Delete(labels, i, min(len(labels), i+random.IntN(3)))
			}
		}
		m.show(menuOf(nil, labels...))
		if random.IntN(2) == 0 {
			if g.read(m); !slices.Equal(g.labels(), labels) {
				t.Fatalf("the panel shows %q, want %q", g.labels(), labels)
			}
		}
	}
}
