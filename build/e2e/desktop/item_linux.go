package desktop

import (
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
)

// watcher is the bus name of whatever collects the tray's icons.
const watcher = "org.kde.StatusNotifierWatcher"

// An Item is an icon as its program describes it on the bus.
type Item struct {
	d      *Desktop
	object dbus.BusObject
}

// A MenuItem is one row of an icon's menu.
type MenuItem struct {
	ID        int32
	Label     string // without the underscore of its access key
	Enabled   bool
	Checkable bool
	Checked   bool
	Separator bool
	Items     []MenuItem // of a submenu
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

// Menu is the icon's menu: the items that are shown, from top to bottom.
func (i Item) Menu() []MenuItem {
	i.d.t.Helper()
	var revision uint32
	var root menuNode
	call := i.menu().Call("com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{})
	if err := call.Store(&revision, &root); err != nil {
		i.d.t.Fatal(err)
	}
	items, err := root.items()
	if err != nil {
		i.d.t.Fatal(err)
	}
	return items
}

func (i Item) menu() dbus.BusObject {
	i.d.t.Helper()
	return i.d.bus.Object(i.object.Destination(), i.Property("Menu").(dbus.ObjectPath))
}

// Choose does what a panel does when the item of the menu with this label is
// clicked on, and returns when the program has heard of it.
func (i Item) Choose(label string) {
	i.d.t.Helper()
	menu := i.Menu()
	at := slices.IndexFunc(menu, func(m MenuItem) bool { return m.Label == label && m.Enabled })
	if at < 0 {
		i.d.t.Fatalf("no %q in the menu %v", label, menu)
	}
	call := i.menu().Call("com.canonical.dbusmenu.Event", 0, menu[at].ID, "clicked", dbus.MakeVariant(0), uint32(0))
	if call.Err != nil {
		i.d.t.Fatal(call.Err)
	}
}

// menuNode is the bus's form of a menu item: (ia{sv}av).
type menuNode struct {
	ID         int32
	Properties map[string]dbus.Variant
	Children   []dbus.Variant
}

func (n menuNode) items() ([]MenuItem, error) {
	var items []MenuItem
	for _, v := range n.Children {
		var child menuNode
		if err := dbus.Store([]any{v.Value()}, &child); err != nil {
			return nil, err
		}
		if property(child, "visible", true) {
			below, err := child.items()
			if err != nil {
				return nil, err
			}
			items = append(items, MenuItem{
				ID:        child.ID,
				Label:     strings.Replace(property(child, "label", ""), "_", "", 1),
				Enabled:   property(child, "enabled", true),
				Checkable: property(child, "toggle-type", "") == "checkmark",
				Checked:   property(child, "toggle-state", int32(0)) == 1,
				Separator: property(child, "type", "") == "separator",
				Items:     below,
			})
		}
	}
	return items, nil
}

// property is a property of a menu item; left out means absent.
func property[T any](n menuNode, name string, absent T) T {
	if v, ok := n.Properties[name].Value().(T); ok {
		return v
	}
	return absent
}

func (i MenuItem) height() int {
	if i.Separator {
		return separatorHeight
	}
	return rowHeight
}
