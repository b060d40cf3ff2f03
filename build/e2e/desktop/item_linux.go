package desktop

import (
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
)

// watcher is the bus name of the program that collects the tray's icons.
const watcher = "org.kde.StatusNotifierWatcher"

// An Item is an icon as its program describes it on the session bus.
type Item struct {
	d      *Desktop
	object dbus.BusObject
}

// A menuItem is a line of an icon's menu.
type menuItem struct {
	id                          int32
	label                       string
	enabled, checkable, checked bool
	separator                   bool
}

// String is the line as a person sees it: grey in parentheses, a check mark in brackets.
func (m menuItem) String() string {
	line := m.label
	switch {
	case m.separator:
		return "---"
	case m.checked:
		line = "[x] " + line
	case m.checkable:
		line = "[ ] " + line
	}
	if !m.enabled {
		line = "(" + line + ")"
	}
	return line
}

// Items are the icons that have registered with the tray.
func (d *Desktop) Items() []Item {
	d.t.Helper()
	value, err := d.bus.Object(watcher, "/StatusNotifierWatcher").GetProperty(watcher + ".RegisteredStatusNotifierItems")
	if err != nil {
		d.t.Fatal(err)
	}
	var items []Item
	for _, name := range value.Value().([]string) {
		name, path, ok := strings.Cut(name, "/")
		if !ok {
			path = "StatusNotifierItem"
		}
		items = append(items, Item{d, d.bus.Object(name, dbus.ObjectPath("/"+path))})
	}
	return items
}

// Item waits for the tray's only icon to register.
func (d *Desktop) Item() Item {
	d.t.Helper()
	var items []Item
	Await(d.t, "one icon to register", func() bool {
		items = d.Items()
		return len(items) == 1
	})
	return items[0]
}

// Property is a property of the icon, such as "Title".
func (i Item) Property(name string) any {
	i.d.t.Helper()
	value, err := i.object.GetProperty("org.kde.StatusNotifierItem." + name)
	if err != nil {
		i.d.t.Fatal(err)
	}
	return value.Value()
}

// Tooltip is the text that panels show when the mouse is on the icon.
func (i Item) Tooltip() string {
	i.d.t.Helper()
	return i.Property("ToolTip").([]any)[2].(string)
}

// Lines are the lines of the icon's menu as a person sees them, such as "Open",
// "[ ] Start at login", "(Finishing…)" for a grey line and "---" for a separator.
func (i Item) Lines() (lines []string) {
	i.d.t.Helper()
	for _, m := range i.items() {
		lines = append(lines, m.String())
	}
	return lines
}

// Choose does what a panel does when the line with this label is clicked, and returns when
// the program has received it.
func (i Item) Choose(label string) {
	i.d.t.Helper()
	items := i.items()
	at := slices.IndexFunc(items, func(m menuItem) bool { return m.label == label && m.enabled })
	if at < 0 {
		i.d.t.Fatalf("no line %q in the menu %v", label, items)
	}
	call := i.menu().Call("com.canonical.dbusmenu.Event", 0, items[at].id, "clicked", dbus.MakeVariant(0), uint32(0))
	if call.Err != nil {
		i.d.t.Fatal(call.Err)
	}
}

func (i Item) menu() dbus.BusObject {
	i.d.t.Helper()
	return i.d.bus.Object(i.object.Destination(), i.Property("Menu").(dbus.ObjectPath))
}

func (i Item) items() (items []menuItem) {
	i.d.t.Helper()
	type node struct { // (ia{sv}av)
		ID       int32
		Values   map[string]dbus.Variant
		Children []dbus.Variant
	}
	var revision uint32
	var root node
	err := i.menu().Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{}).Store(&revision, &root)
	for _, child := range root.Children {
		var line node
		if err == nil {
			err = dbus.Store([]any{child.Value()}, &line)
		}
		items = append(items, menuItem{
			id:        line.ID,
			label:     value(line.Values, "label", ""),
			enabled:   value(line.Values, "enabled", true),
			checkable: value(line.Values, "toggle-type", "") == "checkmark",
			checked:   value(line.Values, "toggle-state", int32(0)) == 1,
			separator: value(line.Values, "type", "") == "separator",
		})
	}
	if err != nil {
		i.d.t.Fatalf("reading the icon's menu: %v", err)
	}
	return items
}

// value returns a property of a line, or absent if it is left out.
func value[T any](values map[string]dbus.Variant, name string, absent T) T {
	if v, ok := values[name].Value().(T); ok {
		return v
	}
	return absent
}

func (m menuItem) height() int {
	if m.separator {
		return separatorHeight
	}
	return rowHeight
}
