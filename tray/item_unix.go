//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"context"
	"log/slog"
	"reflect"
	"slices"
	"strings"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"
)

const (
	itemInterface = "org.kde.StatusNotifierItem"
	itemPath      = "/StatusNotifierItem" // where the library exports the icon
)

// An item is the icon on the session bus. The library exports its methods. The item
// exports its properties in place of the library's, for three reasons. The library has
// no way to set IconName, and some panels show nothing but the icon that it names. It
// has none to set Status. And it sends wrong colours: it multiplies the colours of a
// picture by its opacity, where panels expect them unmultiplied.
type item struct {
	bus   *dbus.Conn // the library's connection
	props *prop.Properties
	icon  drawnIcon
	shown map[string]any // the properties of the icon as it is drawn
}

// A tooltip is the text that panels show while the mouse rests on the icon.
// Only Title is used.
type tooltip struct {
	Icon    string
	Pixmaps []pixmap
	Title   string
	Text    string
}

// exportItem exports the properties on the library's connection bus, after the
// library has exported its own there.
func exportItem(bus *dbus.Conn, name string, icon drawnIcon, f face) (*item, error) {
	i := &item{bus: bus, icon: icon}
	i.icon.draw(f.mark)
	i.shown = i.properties(f.mark)
	property := func(value any) *prop.Prop { return &prop.Prop{Value: value, Emit: prop.EmitTrue} }
	spec := map[string]*prop.Prop{
		"Category":      property("ApplicationStatus"),
		"Id":            property(name),
		"Title":         property(name),
		"IconThemePath": property(""),
		"ItemIsMenu":    property(false),
		"Menu":          property(dbus.ObjectPath(menuPath)),
		"ToolTip":       property(tooltip{Title: f.tooltip}),
	}
	for name, value := range i.shown {
		spec[name] = property(value)
		spec[name].Writable = true // for Set, which unlike SetMust does not panic on a lost bus
	}
	spec["ToolTip"].Writable = true
	var err error
	if i.props, err = prop.Export(bus, itemPath, prop.Map{itemInterface: spec}); err != nil {
		return nil, err
	}
	// The library registers the icon on a goroutine of its own. A panel that was
	// quick enough to read the library's properties reads these after the signals.
	i.emit("NewTitle")
	i.announce(f.mark.status == Attention)
	i.emit("NewToolTip")
	return i, nil
}

// properties returns those that change with m, for the icon as it is drawn. Panels
// accept a path in the place of the name of an icon.
func (i *item) properties(m mark) map[string]any {
	icon := map[string]any{
		"Status":              "Active",
		"IconName":            i.icon.file,
		"IconPixmap":          i.icon.pixmaps,
		"AttentionIconName":   "",
		"AttentionIconPixmap": []pixmap(nil),
	}
	if m.status == Attention {
		icon["Status"] = "NeedsAttention"
		icon["AttentionIconName"] = i.icon.file
		icon["AttentionIconPixmap"] = i.icon.pixmaps
	}
	return icon
}

// setTooltip changes the tooltip. If the bus is lost, watch reports that.
func (i *item) setTooltip(text string) {
	i.set("ToolTip", tooltip{Title: text})
	i.emit("NewToolTip")
}

// setMark changes the icon, and its status on the bus.
func (i *item) setMark(m mark) {
	oldFile, old := i.icon.draw(m), i.shown
	i.shown = i.properties(m)
	for name, value := range i.shown {
		if !reflect.DeepEqual(value, old[name]) {
			i.set(name, value)
		}
	}
	i.announce(i.shown["Status"] != old["Status"])
	remove(oldFile)
}

func (i *item) set(property string, value any) {
	if err := i.props.Set(itemInterface, property, dbus.MakeVariant(value)); err != nil {
		slog.Debug("tray: "+property, "err", err)
	}
}

// announce has the panel read the icon again, and its status if that is another one.
func (i *item) announce(status bool) {
	i.emit("NewIcon")
	if status {
		i.emit("NewAttentionIcon")
		i.emit("NewStatus", i.shown["Status"])
	}
}

func (i *item) emit(signal string, values ...any) {
	if err := i.bus.Emit(itemPath, itemInterface+"."+signal, values...); err != nil {
		slog.Debug("tray: "+signal, "err", err)
	}
}

// ensureRegistered registers the icon if the panel does not list it, and reports
// whether the icon is registered now. The library misses a panel that starts at
// the same time as the program, as at login, and all panels that start after
// another part of the program has subscribed to signals on the shared connection.
func (i *item) ensureRegistered(ctx context.Context, bus *dbus.Conn) bool {
	var listed []string
	err := bus.Object(watcherName, watcherPath).CallWithContext(ctx,
		"org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart,
		watcherName, "RegisteredStatusNotifierItems").Store(&listed)
	if err != nil || slices.ContainsFunc(listed, i.is) {
		return true // a panel without a list keeps what the library has registered
	}
	err = i.bus.Object(watcherName, watcherPath).CallWithContext(ctx,
		watcherName+".RegisterStatusNotifierItem", dbus.FlagNoAutoStart, itemPath).Err
	if err != nil && ctx.Err() == nil {
		slog.Warn("tray: the panel did not accept the icon", "err", err)
	}
	return err == nil
}

// droppedBy reports whether s says that the panel has dropped this icon.
func (i *item) droppedBy(s *dbus.Signal) bool {
	if s.Name != watcherName+".StatusNotifierItemUnregistered" || len(s.Body) != 1 {
		return false
	}
	name, ok := s.Body[0].(string)
	return ok && i.is(name)
}

// is reports whether registered, an icon in a panel's list, is this one. Panels
// list the bus name alone, or followed by the path, or by an @ and the path.
func (i *item) is(registered string) bool {
	name, _, _ := strings.Cut(registered, "/")
	return slices.Contains(i.bus.Names(), strings.TrimSuffix(name, "@"))
}
