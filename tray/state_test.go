package tray

import (
	"strings"
	"testing"
)

func TestStatus(t *testing.T) {
	for _, tt := range []struct {
		state State
		want  string
	}{
		{State{}, "Starting…"},
		{State{Address: "127.0.0.1:8888"}, "Running at 127.0.0.1:8888"},
		{State{Address: "127.0.0.1:8888", Unfinished: 3}, "Running at 127.0.0.1:8888"},
		{State{Address: "127.0.0.1:8888", Draining: true}, "Finishing…"},
		{State{Draining: true, Unfinished: 1}, "Finishing 1 request…"},
		{State{Draining: true, Unfinished: 2}, "Finishing 2 requests…"},
		{State{Draining: true, Unfinished: 1000}, "Finishing 1000 requests…"},
		{State{Draining: true, Unfinished: -1}, "Finishing…"},
	} {
		if got := tt.state.status(); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.state, got, tt.want)
		}
	}
}

func TestTooltip(t *testing.T) {
	for _, tt := range []struct {
		name  string
		state State
		want  string
	}{
		{"", State{}, "Starting…"},
		{"Dibbler", State{}, "Dibbler\nStarting…"},
		{"Dibbler", State{Address: "[::1]:9"}, "Dibbler\nRunning at [::1]:9"},
		{"Dibbler", State{Draining: true, Unfinished: 2}, "Dibbler\nFinishing 2 requests…"},
		{"Dibbler", State{Tooltip: []string{"Wednesday", "Rain"}}, "Dibbler\nStarting…\nWednesday\nRain"},
	} {
		if got := tt.state.tooltip(tt.name); got != tt.want {
			t.Errorf("%q, %+v: %q, want %q", tt.name, tt.state, got, tt.want)
		}
	}
}

func nothing() {}

// full is a Tray with every line, and room for two items.
func full() *Tray {
	return &Tray{
		Name: "Dibbler", Open: nothing, ShowLog: nothing, StartAtLogin: func(bool) {},
		Shutdown: nothing, QuitNow: nothing, slots: 2,
	}
}

// draw writes a menu the way a person sees it: grey lines in parentheses,
// check marks in brackets, hidden lines not at all.
func draw(lines []line) string {
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
		tray  *Tray
		state State
		want  string
	}{
		"nothing set": {&Tray{}, State{}, `
(Starting…)
`},
		"all": {full(), State{Address: "a:1", Items: []Item{today, sow}}, `
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
		"at login": {&Tray{StartAtLogin: func(bool) {}}, State{AtLogin: true}, `
(Starting…)
---
[x] Start at login
`},
		"draining": {full(), State{Address: "a:1", Draining: true, Unfinished: 2, AtLogin: true, Items: []Item{today, sow}}, `
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
		"fewer items than lines": {full(), State{Items: []Item{{Label: "Off"}}}, `
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
		"more items than lines": {&Tray{slots: 1}, State{Items: []Item{today, sow}}, `
(Starting…)
---
Today
`},
	} {
		if got := "\n" + draw(tt.tray.lines(tt.state)); got != tt.want {
			t.Errorf("%s:%s\nwant:%s", name, got, tt.want)
		}
	}
}

// TestMenuKeepsItsLines: a menu is built once, so every state must have the
// same lines in the same places.
func TestMenuKeepsItsLines(t *testing.T) {
	tray := full()
	first := tray.lines(State{})
	for _, s := range []State{
		{Address: "a:1"},
		{Draining: true},
		{Items: []Item{{Label: "One"}}},
		{Items: []Item{{Label: "One"}, {Label: "Two"}, {Label: "Three"}}},
	} {
		got := tray.lines(s)
		if len(got) != len(first) {
			t.Fatalf("%+v: %d lines, want %d", s, len(got), len(first))
		}
		for i := range got {
			if got[i].separator != first[i].separator {
				t.Errorf("%+v: line %d became or was a separator", s, i)
			}
		}
	}
}

// TestOnlyLinesInUseDoSomething: a click may arrive when its line has just
// become grey or has gone.
func TestOnlyLinesInUseDoSomething(t *testing.T) {
	for _, s := range []State{{}, {Draining: true}, {Items: []Item{{Label: "Off"}, {Label: "On", Do: nothing}}}} {
		for _, l := range full().lines(s) {
			idle := l.disabled || l.hidden || l.separator
			if idle != (l.do == nil) {
				t.Errorf("%+v: %+v: does something: %v", s, l.look, l.do != nil)
			}
		}
	}
}

func TestStartAtLoginAsksForTheOpposite(t *testing.T) {
	for _, now := range []bool{false, true} {
		var asked []bool
		tray := &Tray{StartAtLogin: func(on bool) { asked = append(asked, on) }}
		lines := tray.lines(State{AtLogin: now})
		lines[len(lines)-1].do()
		if len(asked) != 1 || asked[0] == now {
			t.Errorf("with the mark %v, it was asked for %v", now, asked)
		}
	}
}
