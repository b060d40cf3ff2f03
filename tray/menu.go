package tray

import "strconv"

// A Menu holds the functions that are called when the lines of the menu are
// chosen. A line whose function is nil is left out.
//
// The functions are called on goroutines of their own, the calls of each one
// after the other. They may block: further clicks wait, and none is lost.
type Menu struct {
	// Open is the menu's first line. It is also called for a click on the icon,
	// where a click does not open the menu: GNOME and panels that show icons
	// through the Ayatana service open the menu instead.
	Open func()
	// Page opens a page that offers all that the menu does. It is no line of the
	// menu. On Linux and BSD it is called for a click with the second button in
	// panels that show no menus, such as swaybar, and for a click with the middle
	// button in most others.
	Page func()
	// ShowLog shows the program's log.
	ShowLog func()
	// StartAtLogin is called with the value that the check mark should get. The
	// mark changes with the next Update.
	StartAtLogin func(on bool)
	// Shutdown ends the program after the requests in flight have been answered.
	Shutdown func()
	// QuitNow ends it without waiting any longer. It replaces Shutdown in the
	// menu while State.Draining is set.
	QuitNow func()
}

// A line is one line of the menu, and the function that choosing it calls.
type line struct {
	key string // tells it from all other lines of its State
	look
	do func()
}

// A look is the visible part of a line.
type look struct {
	label                                 string
	separator, checkable, checked, hidden bool
	disabled                              bool
}

// lines returns the whole menu, with exactly slots lines for s.Items. Apart from
// these, the lines and their order do not depend on s. Some are hidden.
func (m Menu) lines(s State, slots int) []line {
	return join(
		m.programLines(s),
		itemLines(s, slots),
		m.serviceLines(s),
		m.endLines(s),
	)
}

func (m Menu) programLines(s State) (group []line) {
	if m.Open != nil {
		group = append(group, line{"open", look{label: "Open"}, m.Open}.disabledIf(s.Draining))
	}
	return append(group, line{"status", look{label: s.serving()}, nil}.disabledIf(true))
}

func itemLines(s State, slots int) []line {
	group := make([]line, slots)
	same := make(map[string]int, len(s.Items)) // so many lines have had this label
	for i := range group {
		if i >= len(s.Items) {
			group[i] = line{look: look{hidden: true}}
			continue
		}
		it := s.Items[i]
		key := "item " + strconv.Itoa(same[it.Label]) + " " + it.Label
		same[it.Label]++
		k := look{label: it.Label, checkable: it.Checkable || it.Checked, checked: it.Checked}
		group[i] = line{key, k, it.Do}.disabledIf(s.Draining || it.Do == nil)
	}
	return group
}

func (m Menu) serviceLines(s State) (group []line) {
	if m.ShowLog != nil {
		group = append(group, line{"log", look{label: "Show log"}, m.ShowLog}.disabledIf(s.Draining))
	}
	if m.StartAtLogin != nil {
		group = append(group, line{
			"login",
			look{label: "Start at login", checkable: true, checked: s.AtLogin},
			func() { m.StartAtLogin(!s.AtLogin) },
		}.disabledIf(s.Draining))
	}
	return group
}

func (m Menu) endLines(s State) (group []line) {
	if m.Shutdown != nil {
		group = append(group, line{"shutdown", look{label: "Shutdown"}, m.Shutdown}.hiddenIf(s.Draining))
	}
	if m.QuitNow != nil {
		group = append(group, line{"quit", look{label: "Quit now"}, m.QuitNow}.hiddenIf(!s.Draining))
	}
	return group
}

// disabledIf returns l, grey and without its function if off is set.
func (l line) disabledIf(off bool) line {
	if off {
		l.disabled, l.do = true, nil
	}
	return l
}

// hiddenIf returns l, invisible and without its function if off is set.
func (l line) hiddenIf(off bool) line {
	if off {
		l.hidden, l.do = true, nil
	}
	return l
}

// join puts a separator between the groups that have lines.
func join(groups ...[]line) (all []line) {
	for i, group := range groups {
		if len(all) > 0 && len(group) > 0 {
			all = append(all, line{key: "separator " + strconv.Itoa(i), look: look{separator: true}})
		}
		all = append(all, group...)
	}
	return all
}
