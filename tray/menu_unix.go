//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"sync"

	"github.com/godbus/dbus/v5"
)

const (
	menuInterface = "com.canonical.dbusmenu"
	menuPath      = itemPath + "/menu" // where the library exports its menu
)

// A busMenu is the menu of the icon on the session bus. It replaces the menu of the library,
// which can only append lines, cannot make a line checkable, and makes the panel read the
// whole menu again for each change of a line.
//
// A line keeps its number when other lines are added or removed. So an open menu does not
// flicker, and a click cannot call another line than the one that was clicked.
type busMenu struct {
	chosen func(line)

	mu       sync.Mutex
	bus      *dbus.Conn // nil before export
	revision uint32     // changes with the numbers or the order of the lines
	lines    []busLine
	read     []busLine // the lines that the panel has read last
	last     int32     // the last number in use
}

type busLine struct {
	line
	id int32
}

// export exports the menu on bus, after the library has exported its own.
func (m *busMenu) export(bus *dbus.Conn) error {
	err := bus.ExportMethodTable(map[string]any{
		"GetLayout":          m.getLayout,
		"GetGroupProperties": m.getGroupProperties,
		"GetProperty":        m.getProperty,
		"Event":              m.event,
		"EventGroup":         m.eventGroup,
		"AboutToShow":        func(int32) (bool, *dbus.Error) { return false, nil },
		"AboutToShowGroup":   func([]int32) ([]int32, []int32, *dbus.Error) { return nil, nil, nil },
	}, menuPath, menuInterface)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.bus = bus
	m.layoutChanged() // the panel may already have read the library's menu
	return err
}

// show changes the menu to lines, and tells the panel about the changes.
func (m *busMenu) show(lines []line) {
	m.mu.Lock()
	defer m.mu.Unlock()
	old := m.lines
	m.lines = m.number(slices.DeleteFunc(lines, func(l line) bool { return l.hidden }))
	known := make(map[int32]look)
	for _, l := range slices.Concat(m.read, old) {
		known[l.id] = l.look
	}
	var changed []properties
	for _, l := range m.lines {
		if k, ok := known[l.id]; ok && k != l.look {
			changed = append(changed, l.properties())
		}
	}
	if len(changed) > 0 {
		m.update(changed...)
	}
	if !slices.EqualFunc(old, m.lines, func(a, b busLine) bool { return a.id == b.id }) {
		m.layoutChanged()
	}
}

// layoutChanged tells the panel to read all lines again.
func (m *busMenu) layoutChanged() {
	m.revision++
	m.emit("LayoutUpdated", m.revision, int32(0))
}

// update tells the panel what lines look like.
func (m *busMenu) update(changed ...properties) {
	type removed struct {
		ID    int32
		Names []string
	}
	m.emit("ItemsPropertiesUpdated", changed, []removed{})
}

func (m *busMenu) emit(signal string, values ...any) {
	if m.bus == nil {
		return
	}
	if err := m.bus.Emit(menuPath, menuInterface+"."+signal, values...); err != nil {
		slog.Debug("tray: "+signal, "err", err)
	}
}

// properties are the properties of a line.
type properties struct {
	ID     int32
	Values map[string]dbus.Variant
}

// A node is a line, or the whole menu if its number is 0.
type node struct {
	ID       int32
	Values   map[string]dbus.Variant
	Children []dbus.Variant
}

func (l busLine) properties() properties {
	if l.separator {
		return properties{l.id, map[string]dbus.Variant{"type": dbus.MakeVariant("separator")}}
	}
	kind, state := "", 0
	if l.checkable {
		kind = "checkmark"
	}
	if l.checked {
		state = 1
	}
	return properties{l.id, map[string]dbus.Variant{
		"label":        dbus.MakeVariant(label(runtime.GOOS, l.label)),
		"enabled":      dbus.MakeVariant(!l.disabled),
		"toggle-type":  dbus.MakeVariant(kind),
		"toggle-state": dbus.MakeVariant(int32(state)),
	}}
}

// find returns the properties of the line with this number, or of the whole menu for 0.
func (m *busMenu) find(id int32) (properties, *dbus.Error) {
	if id == 0 {
		return properties{0, map[string]dbus.Variant{"children-display": dbus.MakeVariant("submenu")}}, nil
	}
	for _, l := range m.lines {
		if l.id == id {
			return l.properties(), nil
		}
	}
	return properties{}, noLine(id)
}

func noLine(id int32) *dbus.Error {
	return dbus.MakeFailedError(fmt.Errorf("the menu has no line %d", id))
}

// getLayout returns all properties, even if the panel asks for some only.
func (m *busMenu) getLayout(parent, depth int32, _ []string) (uint32, node, *dbus.Error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, err := m.find(parent)
	n := node{ID: p.ID, Values: p.Values}
	if parent == 0 && depth != 0 {
		m.read = m.lines
		for _, l := range m.lines {
			p := l.properties()
			n.Children = append(n.Children, dbus.MakeVariant(node{ID: p.ID, Values: p.Values}))
		}
	}
	return m.revision, n, err
}

// getGroupProperties returns the properties of the lines with these numbers, or of all lines
// if ids is empty.
func (m *busMenu) getGroupProperties(ids []int32, _ []string) (group []properties, _ *dbus.Error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(ids) == 0 {
		ids = append(ids, 0)
		for _, l := range m.lines {
			ids = append(ids, l.id)
		}
	}
	for _, id := range ids {
		if p, err := m.find(id); err == nil {
			group = append(group, p)
		}
	}
	return group, nil
}

func (m *busMenu) getProperty(id int32, name string) (dbus.Variant, *dbus.Error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p, err := m.find(id)
	if err != nil {
		return dbus.Variant{}, err
	}
	value, ok := p.Values[name]
	if !ok {
		return value, dbus.MakeFailedError(fmt.Errorf("line %d has no %q", id, name))
	}
	return value, nil
}

func (m *busMenu) event(id int32, kind string, _ dbus.Variant, _ uint32) *dbus.Error {
	if kind != "clicked" {
		return nil
	}
	m.mu.Lock()
	l, ok := m.clicked(id)
	m.mu.Unlock()
	if !ok {
		return noLine(id)
	}
	m.chosen(l)
	if l.checkable {
		m.repeat(id)
	}
	return nil
}

// repeat tells the panel again what a line looks like. Qt's panels change the check
// mark themselves when a line is clicked on, whether or not the program does then.
func (m *busMenu) repeat(id int32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p, err := m.find(id); err == nil {
		m.update(p)
	}
}

// clicked returns the line with this number, or the line that had this number when the panel
// read the menu.
func (m *busMenu) clicked(id int32) (line, bool) {
	for _, old := range slices.Concat(m.lines, m.read) {
		if old.id != id {
			continue
		}
		for _, l := range m.lines {
			if l.key == old.key {
				return l.line, true
			}
		}
	}
	return line{}, false
}

// eventGroup returns the numbers in events for which there is no line.
func (m *busMenu) eventGroup(events []struct {
	ID   int32
	Kind string
	Data dbus.Variant
	Time uint32
}) (unknown []int32, _ *dbus.Error) {
	for _, e := range events {
		if m.event(e.ID, e.Kind, e.Data, e.Time) != nil {
			unknown = append(unknown, e.ID)
		}
	}
	return unknown, nil
}
