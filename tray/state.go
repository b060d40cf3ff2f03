package tray

import (
	"fmt"
	"strings"
)

// A State is what the icon and its menu show. The zero State is that of a
// program which is starting.
type State struct {
	// Address is where the program answers, such as 127.0.0.1:8888. It is
	// empty as long as it does not.
	Address string
	// Draining says that the program ends as soon as it has answered its
	// Unfinished requests. The lines that would start something new are grey.
	Draining   bool
	Unfinished int
	// AtLogin is the check mark of "Start at login".
	AtLogin bool
	// Tooltip holds more lines for the tooltip, which Windows cuts off after
	// 127 characters in all.
	Tooltip []string
	// Items are the lines that plug-ins add to the menu.
	Items []Item
}

// An Item is a line in the menu.
type Item struct {
	Label string
	// Do is called when the line is chosen; the line is grey without it.
	Do func()
}

// status says in a few words how the program is.
func (s State) status() string {
	switch {
	case s.Draining && s.Unfinished == 1:
		return "Finishing 1 request…"
	case s.Draining && s.Unfinished > 1:
		return fmt.Sprintf("Finishing %d requests…", s.Unfinished)
	case s.Draining:
		return "Finishing…"
	case s.Address == "":
		return "Starting…"
	default:
		return "Running at " + s.Address
	}
}

// tooltip is the text beside the mouse pointer that rests on the icon.
func (s State) tooltip(name string) string {
	lines := []string{s.status()}
	if name != "" {
		lines = []string{name, s.status()}
	}
	return strings.Join(append(lines, s.Tooltip...), "\n")
}

// A line is one line of the menu, and what choosing it does.
type line struct {
	look
	do func()
}

// A look is what is to be seen of a line.
type look struct {
	label                                 string
	separator, checkable, checked, hidden bool
	disabled                              bool
}

// lines returns the whole menu. How many lines there are, and in which order,
// depends only on t, so that a menu once built fits every State.
func (t *Tray) lines(s State) []line {
	return joined(
		t.programLines(s),
		t.itemLines(s),
		t.serviceLines(s),
		t.endLines(s),
	)
}

func (t *Tray) programLines(s State) (group []line) {
	if t.Open != nil {
		group = append(group, line{look{label: "Open"}, t.Open}.unless(s.Draining))
	}
	return append(group, line{look{label: s.status()}, nil}.unless(true))
}

func (t *Tray) itemLines(s State) []line {
	group := make([]line, t.slots)
	for i := range group {
		if i >= len(s.Items) {
			group[i] = line{look: look{hidden: true}}
			continue
		}
		it := s.Items[i]
		group[i] = line{look{label: it.Label}, it.Do}.unless(s.Draining || it.Do == nil)
	}
	return group
}

func (t *Tray) serviceLines(s State) (group []line) {
	if t.ShowLog != nil {
		group = append(group, line{look{label: "Show log"}, t.ShowLog}.unless(s.Draining))
	}
	if t.StartAtLogin != nil {
		group = append(group, line{
			look{label: "Start at login", checkable: true, checked: s.AtLogin},
			func() { t.StartAtLogin(!s.AtLogin) },
		}.unless(s.Draining))
	}
	return group
}

func (t *Tray) endLines(s State) (group []line) {
	if t.Shutdown != nil {
		group = append(group, line{look{label: "Shutdown"}, t.Shutdown}.when(!s.Draining))
	}
	if t.QuitNow != nil {
		group = append(group, line{look{label: "Quit now"}, t.QuitNow}.when(s.Draining))
	}
	return group
}

// unless returns l, grey and without effect if off.
func (l line) unless(off bool) line {
	if off {
		l.disabled, l.do = true, nil
	}
	return l
}

// when returns l, out of sight and without effect if not on.
func (l line) when(on bool) line {
	if !on {
		l.hidden, l.do = true, nil
	}
	return l
}

// joined puts a separator between the groups that have lines.
func joined(groups ...[]line) (all []line) {
	for _, group := range groups {
		if len(all) > 0 && len(group) > 0 {
			all = append(all, line{look: look{separator: true}})
		}
		all = append(all, group...)
	}
	return all
}
