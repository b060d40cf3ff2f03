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

// menuOf returns the lines of a menu of items with these labels, and nothing else.
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
		{"C B D", "3C 2B 4D"},
		{"C E D", "3C 2E 4D"},      // a new label
		{"X C E D", "5X 3C 2E 4D"}, // C did not go
		{"E E D E", "2E 3E 4D 6E"}, // lines with one label are told apart
		{"", ""},
		{"A", "7A"}, // no number comes back
	} {
		m.show(menuOf(nil, strings.Fields(step.labels)...))
		if got := m.numbers(); got != step.want {
			t.Errorf("%q: %q, want %q", step.labels, got, step.want)
		}
	}
}

// TestBusMenu_checkable: Plasma does not notice that a line has become checkable.
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
		if got := m.numbers(); got != step.want {
			t.Errorf("%+v: %q, want %q", step.item, got, step.want)
		}
	}
}

// TestBusMenu_click: the click was on a line as it stood before.
func TestBusMenu_click(t *testing.T) {
	var chosen []string
	m := &busMenu{chosen: func(l line) { l.do() }}
	click := func(id int32) *dbus.Error { return m.event(id, "clicked", dbus.MakeVariant(0), 0) }
	m.show(menuOf(&chosen, "A", "B", "C"))
	m.show(menuOf(&chosen, "New", "C", "B"))
	for id, want := range map[int32]string{2: "B", 3: "C"} {
		if err := click(id); err != nil || !slices.Equal(chosen, []string{want}) {
			t.Errorf("%d: %v, %v, want %v", id, chosen, err, want)
		}
		chosen = nil
	}
	m.show(menuOf(&chosen, "C"))
	if err := click(2); err == nil || chosen != nil {
		t.Errorf("a line that has gone: %v, %v", chosen, err)
	}
	if err := m.event(3, "hovered", dbus.MakeVariant(0), 0); err != nil || chosen != nil {
		t.Errorf("the mouse passed over a line: %v, %v", chosen, err)
	}
}

// TestBusMenu_manyChanges: after any changes, each line is there once, has its own
// number, and has kept it since the last change.
func TestBusMenu_manyChanges(t *testing.T) {
	m, random := &busMenu{}, rand.New(rand.NewPCG(1, 2))
	before := map[string]int32{}
	for range 500 {
		labels := make([]string, random.IntN(51))
		for i := range labels {
			labels[i] = fmt.Sprint(random.IntN(60))
		}
		lines := menuOf(nil, labels...)
		m.show(slices.Clone(lines))
		now, numbers := map[string]int32{}, map[int32]bool{}
		for i, l := range m.lines {
			if l.key != lines[i].key {
				t.Fatalf("line %d is %q, want %q", i, l.key, lines[i].key)
			}
			if id, ok := before[l.key]; ok && id != l.id {
				t.Fatalf("line %q was %d, and is %d", l.key, id, l.id)
			}
			now[l.key], numbers[l.id] = l.id, true
		}
		if len(m.lines) != len(labels) || len(numbers) != len(labels) {
			t.Fatalf("%d lines with %d numbers, want %d", len(m.lines), len(numbers), len(labels))
		}
		before = now
	}
}
