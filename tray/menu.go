package tray

import "strconv"

// A Menu has the functions of the lines of the menu. A line whose function is nil is left
// out.
//
// The functions are called on their own goroutines, so they may block. Further clicks on the
// same line wait until its function has returned; none is lost.
type Menu struct {
	// Open is the first line of the menu. It is also called for a click on the icon, except
	// in GNOME and panels that use the Ayatana service, where a click opens the menu.
	Open func()
	// Page opens a page with everything that the menu has. The menu has no line for it. On
	// Linux and BSD, it is called for a click with the second button in panels without
	// menus, such as swaybar, and for a click with the middle button in most others.
	Page func()
	// ShowLog shows the program's log.
	ShowLog func()
	// StartAtLogin is called with the new value of the option. The check mark follows
	// State.AtLogin.
	StartAtLogin func(on bool)
	// Shutdown ends the program after it has answered the unfinished requests.
	Shutdown func()
	// QuitNow ends the program at once. Its line replaces that of Shutdown while
	// State.Draining is set.
	QuitNow func()
}

// A line is a line of the menu with its function.
type line struct {
	key string // unique in the menu
	look
	do func()
}

// A look is the visible part of a line.
type look struct {
	label                                 string
	separator, checkable, checked, hidden bool
	disabled                              bool
}

// lines returns the whole menu, with exactly slots lines for s.Items. The other lines and
// their order are the same for every s; unused lines are hidden.
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
	same := make(map[string]int, len(s.Items)) // the number of earlier lines with the label
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

// disabledIf returns l. If off is set, l is greyed out and has no function.
func (l line) disabledIf(off bool) line {
	if off {
		l.disabled, l.do = true, nil
	}
	return l
}

// hiddenIf returns l. If off is set, l is invisible and has no function.
func (l line) hiddenIf(off bool) line {
	if off {
		l.hidden, l.do = true, nil
	}
	return l
}

// join returns the lines of all groups, with separators between groups that are not empty.
func join(groups ...[]line) (all []line) {
	for i, group := range groups {
		if len(all) > 0 && len(group) > 0 {
			all = append(all, line{key: "separator " + strconv.Itoa(i), look: look{separator: true}})
		}
		all = append(all, group...)
	}
	return all
}
