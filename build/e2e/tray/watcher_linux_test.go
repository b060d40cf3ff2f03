package tray_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
)

// A watcher is what a desktop without a panel has in the place of one: programs
// register their icons with it.
type watcher struct {
	t          *testing.T
	conn       *dbus.Conn
	props      *prop.Properties
	registered chan struct{} // one for each registration

	mu     sync.Mutex
	forget int // so many registrations
	items  []string
}

// startWatcher takes the watcher's name on the bus. hosted says whether there
// is a panel that would show icons.
func startWatcher(t *testing.T, d *desktop.Desktop, hosted bool) *watcher {
	t.Helper()
	return (&watcher{}).start(t, d, hosted)
}

func (w *watcher) start(t *testing.T, d *desktop.Desktop, hosted bool) *watcher {
	t.Helper()
	w.t, w.conn, w.registered = t, d.Dial(), make(chan struct{}, 10)
	var err error
	w.props, err = prop.Export(w.conn, watcherPath, prop.Map{watcherName: {
		"IsStatusNotifierHostRegistered": {Value: hosted},
		"RegisteredStatusNotifierItems":  {Value: []string{}},
		"ProtocolVersion":                {Value: int32(0)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	methods := map[string]any{"RegisterStatusNotifierItem": w.register}
	if err := w.conn.ExportMethodTable(methods, watcherPath, watcherName); err != nil {
		t.Fatal(err)
	}
	w.own(w.conn, watcherName)
	return w
}

func (w *watcher) register(item string, sender dbus.Sender) *dbus.Error {
	w.mu.Lock()
	if w.forget > 0 {
		w.forget--
	} else {
		w.items = append(w.items, string(sender)+item)
		w.props.SetMust(watcherName, "RegisteredStatusNotifierItems", slices.Clone(w.items))
	}
	w.mu.Unlock()
	w.registered <- struct{}{}
	return nil
}

// drop removes the icon, as a panel does that rebuilds its tray.
func (w *watcher) drop() {
	w.t.Helper()
	w.mu.Lock()
	item := w.items[0]
	w.items = nil
	w.props.SetMust(watcherName, "RegisteredStatusNotifierItems", []string{})
	w.mu.Unlock()
	if err := w.conn.Emit(watcherPath, watcherName+".StatusNotifierItemUnregistered", item); err != nil {
		w.t.Fatal(err)
	}
}

// own takes a name on the bus for conn.
func (w *watcher) own(conn *dbus.Conn, name string) {
	w.t.Helper()
	if reply, err := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		w.t.Fatalf("%s is not to be had: %v, %v", name, reply, err)
	}
}

// setProperty says only in the watcher's property whether there is a panel.
func (w *watcher) setProperty(hosted bool) {
	w.t.Helper()
	const property = "IsStatusNotifierHostRegistered"
	w.props.SetMust(watcherName, property, hosted)
	err := w.conn.Emit(watcherPath, "org.freedesktop.DBus.Properties.PropertiesChanged",
		watcherName, map[string]dbus.Variant{property: dbus.MakeVariant(hosted)}, []string{})
	if err != nil {
		w.t.Fatal(err)
	}
}

// setHosted lets the panel come or go, the watcher staying.
func (w *watcher) setHosted(hosted bool) {
	w.t.Helper()
	w.props.SetMust(watcherName, "IsStatusNotifierHostRegistered", hosted)
	signal := "StatusNotifierHostUnregistered"
	if hosted {
		signal = "StatusNotifierHostRegistered"
	}
	if err := w.conn.Emit(watcherPath, watcherName+"."+signal); err != nil {
		w.t.Fatal(err)
	}
}

// stop gives up the name, as a panel that ends does.
func (w *watcher) stop() {
	w.t.Helper()
	if err := w.conn.Close(); err != nil {
		w.t.Fatal(err)
	}
}
