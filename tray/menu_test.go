package tray

import (
	"strings"
	"testing"
)

func nothing() {}

// full is a menu with all lines.
var full = Menu{Open: nothing, ShowLog: nothing, StartAtLogin: func(bool) {}, Shutdown: nothing, QuitNow: nothing}

// drawn writes a menu as text: disabled lines in parentheses, check marks in brackets, and no
// hidden lines.
func drawn(lines []line) string {
	var b strings.Builder
	for _, l := range lines {
		s := l.label
		switch {
		case l.hidden:
			continue
		case l.separator:
			s = "---"
		case l.checkable && l.checked:
			s = "[x] " + s
		case l.checkable:
			s = "[ ] " + s
		}
		if l.disabled {
			s = "(" + s + ")"
		}
		b.WriteString(s + "\n")
	}
	return b.String()
}

func TestMenu(t *testing.T) {
	today := Item{Label: "Today", Do: nothing}
	sow := Item{Label: "Sow", Do: nothing}
	for name, tt := range map[string]struct {
		menu  Menu
		slots int
		state State
		want  string
	}{
		"nothing set": {Menu{}, 0, State{}, `
(Starting…)
`},
		"all": {full, 2, State{Address: "a:1", Items: []Item{today, sow}}, `
Open
(Running at a:1)
---
Today
Sow
---
Show log
[ ] Start at login
---
Shutdown
`},
		"at login": {Menu{StartAtLogin: func(bool) {}}, 0, State{AtLogin: true}, `
(Starting…)
---
[x] Start at login
`},
		"draining": {full, 2, State{Address: "a:1", Draining: true, Unfinished: 2, AtLogin: true, Items: []Item{today, sow}}, `
(Open)
(Finishing 2 requests…)
---
(Today)
(Sow)
---
(Show log)
([x] Start at login)
---
Quit now
`},
		"options": {Menu{}, 4, State{Items: []Item{
			{Label: "On", Do: nothing, Checked: true},
			{Label: "Off", Do: nothing, Checkable: true},
			{Label: "Grey", Checkable: true},
			today,
		}}, `
(Starting…)
---
[x] On
[ ] Off
([ ] Grey)
Today
`},
		"fewer items than lines": {full, 2, State{Items: []Item{{Label: "Off"}}}, `
Open
(Starting…)
---
(Off)
---
Show log
[ ] Start at login
---
Shutdown
`},
		"more items than lines": {Menu{}, 1, State{Items: []Item{today, sow}}, `
(Starting…)
---
Today
`},
	} {
		if got := "\n" + drawn(tt.menu.lines(tt.state, tt.slots)); got != tt.want {
			t.Errorf("%s:%s\nwant:%s", name, got, tt.want)
		}
	}
}

// TestMenu_sameLines: on Windows and macOS the menu is built once, so every State must have
// the same lines in the same order.
func TestMenu_sameLines(t *testing.T) {
	first := full.lines(State{}, 2)
	for _, s := range []State{
		{Address: "a:1"},
		{Draining: true},
		{Items: []Item{{Label: "One"}}},
		{Items: []Item{{Label: "One"}, {Label: "Two"}, {Label: "Three"}}},
	} {
		got := full.lines(s, 2)
		if len(got) != len(first) {
			t.Fatalf("%+v: %d lines, want %d", s, len(got), len(first))
		}
		for i := range got {
			if got[i].separator != first[i].separator {
				t.Errorf("%+v: line %d changed from or to a separator", s, i)
			}
		}
	}
}

// TestMenu_disabledLines: a click may arrive just after its line was disabled or hidden, so such
// a line must not have a function.
func TestMenu_disabledLines(t *testing.T) {
	for _, s := range []State{{}, {Draining: true}, {Items: []Item{{Label: "Off"}, {Label: "On", Do: nothing}}}} {
		for _, l := range full.lines(s, 2) {
			idle := l.disabled || l.hidden || l.separator
			if idle != (l.do == nil) {
				t.Errorf("%+v: %+v: has a function: %v", s, l.look, l.do != nil)
			}
		}
	}
}

// TestMenu_keys checks that each line has its own key.
func TestMenu_keys(t *testing.T) {
	items := []Item{{Label: "open"}, {Label: ""}, {Label: ""}, {Label: "0a"}, {Label: "0a"}}
	for range 11 {
		items = append(items, Item{Label: "a"})
	}
	seen := map[string]bool{}
	for _, l := range full.lines(State{Items: items}, len(items)) {
		if l.key == "" || seen[l.key] {
			t.Errorf("%+v has the key %q", l.look, l.key)
		}
		seen[l.key] = true
	}
}

func TestMenu_startAtLogin(t *testing.T) {
	for _, now := range []bool{false, true} {
		var asked []bool
		lines := Menu{StartAtLogin: func(on bool) { asked = append(asked, on) }}.lines(State{AtLogin: now}, 0)
		lines[len(lines)-1].do()
		if len(asked) != 1 || asked[0] == now {
			t.Errorf("AtLogin %v: StartAtLogin was called with %v", now, asked)
		}
	}
}
