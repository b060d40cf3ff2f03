package tray

// A View is the content of an icon and its menu.
type View struct {
	Menu    []Item // all lines of the menu except separators
	Tooltip string
	Status  Status
	Done    float64 // as in [State]
}

// View returns the current content of the icon, for tests. No panel is needed. It may be
// called concurrently.
func (t *Tray) View() View {
	s := t.latest.get()
	v := View{Tooltip: s.tooltip(t.Name), Status: s.Status, Done: s.Done}
	for _, l := range t.Menu.lines(s, len(s.Items)) {
		if !l.separator && !l.hidden {
			v.Menu = append(v.Menu, Item{Label: l.label, Do: l.do, Checkable: l.checkable, Checked: l.checked})
		}
	}
	return v
}
