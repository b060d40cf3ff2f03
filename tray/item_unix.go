//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"context"
	"html"
	"log/slog"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/godbus/dbus/v5"
)

const (
	itemInterface = "org.kde.StatusNotifierItem"
	itemPath      = "/StatusNotifierItem" // where the library exports the icon
)

// An item is the icon on the session bus. The library exports its methods. item replaces
// the properties that the library exports, for three reasons: the library cannot set
// IconName, and some panels show only the icon that it names; it cannot set Status; and it
// sends wrong colours, multiplied by the opacity, but panels expect unmultiplied colours.
type item struct {
	bus   *dbus.Conn // the library's connection
	props *itemProperties
	icon  drawnIcon
	shown map[string]any // the current properties of the drawn icon

	mu     sync.Mutex
	text   string // of the tooltip
	markup bool   // whether the panel takes it for markup
}

// A tooltip is the value of the ToolTip property. Only Title is used.
type tooltip struct {
	Icon    string
	Pixmaps []pixmap
	Title   string
	Text    string
}

// exportItem exports the properties on bus, the library's connection, after the library has
// exported its own.
func exportItem(bus *dbus.Conn, name string, icon drawnIcon, f face) (*item, error) {
	if !utf8.ValidString(icon.path) { // D-Bus cannot send it
		slog.Warn("tray: the path of the icon's file is not valid UTF-8; some panels show a placeholder", "path", icon.path)
		icon.path = ""
	}
	name = printable(name)
	i := &item{bus: bus, icon: icon, text: f.tooltip}
	i.icon.draw(f.mark)
	i.shown = i.properties(f.mark)
	values := map[string]any{
		"Category":      "ApplicationStatus",
		"Id":            name,
		"Title":         name,
		"IconThemePath": "",
		"ItemIsMenu":    false,
		"Menu":          dbus.ObjectPath(menuPath),
		"ToolTip":       tooltip{Title: f.tooltip},
	}
	maps.Copy(values, i.shown)
	var err error
	if i.props, err = exportProperties(bus, values); err != nil {
		return nil, err
	}
	// The library registers the icon on another goroutine. A panel that has already read the
	// library's properties reads these after the signals.
	i.emit("NewTitle")
	i.announce(f.mark.status == Attention)
	i.emit("NewToolTip")
	return i, nil
}

// properties returns the properties that depend on m and the drawn icon. Panels accept a
// path in place of the name of an icon.
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

// setTooltip changes the tooltip. If the bus is lost, watch reports it.
func (i *item) setTooltip(text string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.text = text
	i.showTooltip()
}

// setMarkup says whether the panel takes the tooltip for markup.
func (i *item) setMarkup(on bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if on != i.markup {
		i.markup = on
		i.showTooltip()
	}
}

func (i *item) showTooltip() {
	text := i.text
	if i.markup {
		text = html.EscapeString(text)
	}
	i.set("ToolTip", tooltip{Title: text})
	i.emit("NewToolTip")
}

// setMark changes the icon and its status on the bus.
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
	if err := i.props.set(property, value); err != nil {
		slog.Debug("tray: "+property, "err", err)
	}
}

// announce tells the panel to read the icon again, and also its status if status is set.
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

// ensureRegistered registers the icon if the panel does not list it, and reports whether it
// is registered. The library misses a panel that starts at the same time as the program, as
// at login. It also misses all panels that start after another part of the program has
// subscribed to signals on the shared connection.
func (i *item) ensureRegistered(ctx context.Context, bus *dbus.Conn) bool {
	var listed []string
	err := bus.Object(watcherName, watcherPath).CallWithContext(ctx,
		"org.freedesktop.DBus.Properties.Get", dbus.FlagNoAutoStart,
		watcherName, "RegisteredStatusNotifierItems").Store(&listed)
	if err != nil || slices.ContainsFunc(listed, i.matches) {
		return true // a panel without a list has kept the registration of the library
	}
	err = i.bus.Object(watcherName, watcherPath).CallWithContext(ctx,
		watcherName+".RegisterStatusNotifierItem", dbus.FlagNoAutoStart, itemPath).Err
	if err != nil && ctx.Err() == nil {
		slog.Warn("tray: the panel did not accept the icon", "err", err)
	}
	return err == nil
}

// droppedBy reports whether s is the signal that the panel has dropped this icon.
func (i *item) droppedBy(s *dbus.Signal) bool {
	if s.Name != watcherName+".StatusNotifierItemUnregistered" || len(s.Body) != 1 {
		return false
	}
	name, ok := s.Body[0].(string)
	return ok && i.matches(name)
}

// matches reports whether registered, an entry of a panel's list, is this icon. An entry is
// the bus name, the bus name and the path, or the bus name, an @ and the path.
func (i *item) matches(registered string) bool {
	name, _, _ := strings.Cut(registered, "/")
	return slices.Contains(i.bus.Names(), strings.TrimSuffix(name, "@"))
}
