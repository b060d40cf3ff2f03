package tray_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"github.com/godbus/dbus/v5/prop"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/deadline"
)

const (
	watcherName = "org.kde.StatusNotifierWatcher"
	watcherPath = "/StatusNotifierWatcher"
)

// A fakeWatcher collects icons as a panel does, and behaves as real ones rarely do.
type fakeWatcher struct {
	t          *testing.T
	conn       *dbus.Conn
	props      *prop.Properties
	registered chan struct{} // gets a value for each registration

	mu     sync.Mutex
	forget int // the number of registrations that will be ignored
	items  []string
}

// startWatcher makes w the watcher on the desktop's session bus.
func startWatcher(t *testing.T, d *desktop.Desktop, w *fakeWatcher) *fakeWatcher {
	t.Helper()
	w.t, w.conn, w.registered = t, d.Dial(), make(chan struct{}, 10)
	var err error
	w.props, err = prop.Export(w.conn, watcherPath, prop.Map{watcherName: {
		"IsStatusNotifierHostRegistered": {Value: true},
		"RegisteredStatusNotifierItems":  {Value: []string{}},
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

func (w *fakeWatcher) register(item string, sender dbus.Sender) *dbus.Error {
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

// awaitRegistration waits until an icon has been registered since the last call.
func (w *fakeWatcher) awaitRegistration() {
	w.t.Helper()
	select {
	case <-w.registered:
	case <-time.After(time.Until(deadline.Of(w.t))):
		w.t.Fatal("waited in vain for the icon to be registered")
	}
}

// drop removes the icon, as a panel that rebuilds its tray does.
func (w *fakeWatcher) drop() {
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
func (w *fakeWatcher) own(conn *dbus.Conn, name string) {
	w.t.Helper()
	if reply, err := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil || reply != dbus.RequestNameReplyPrimaryOwner {
		w.t.Fatalf("taking the name %s on the bus: reply %v, %v", name, reply, err)
	}
}

// setHosted changes the property that says whether there is a panel.
func (w *fakeWatcher) setHosted(hosted bool) {
	w.t.Helper()
	const property = "IsStatusNotifierHostRegistered"
	w.props.SetMust(watcherName, property, hosted)
	err := w.conn.Emit(watcherPath, "org.freedesktop.DBus.Properties.PropertiesChanged",
		watcherName, map[string]dbus.Variant{property: dbus.MakeVariant(hosted)}, []string{})
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestWatcher(t *testing.T) {
	// The library registers the icon just before it subscribes to new watchers, and misses
	// one that starts in between.
	t.Run("missed_registration", func(t *testing.T) {
		d := desktop.Start(t)
		w := startWatcher(t, d, &fakeWatcher{forget: 1})
		p := run(t, d)
		w.awaitRegistration()
		w.awaitRegistration()
		if n := len(d.Items()); n != 1 {
			t.Errorf("the watcher lists %d icons, want 1", n)
		}
		p.order("quit")
		p.awaitEnd()
		if n := len(w.registered); n != 0 {
			t.Errorf("the icon was registered %d times after it was listed, want 0", n)
		}
	})

	t.Run("dropped_icon", func(t *testing.T) {
		d, w, p := runWatched(t)
		for range 2 {
			w.drop()
			p.Line("report the panel has dropped the icon")
			w.awaitRegistration()
			p.Line("report <nil>")
			if n := len(d.Items()); n != 1 {
				t.Errorf("after a drop the watcher lists %d icons, want 1", n)
			}
		}
	})

	// Plasma's watcher is a daemon that always reports a panel.
	t.Run("plasma", func(t *testing.T) {
		d := desktop.Start(t)
		w := startWatcher(t, d, &fakeWatcher{})
		w.own(w.conn, "org.kde.kded5")
		p := run(t, d)
		p.Line("report no panel shows icons")
		for range 2 {
			panel := d.Dial()
			w.own(panel, "org.kde.StatusNotifierHost-1")
			p.Line("report <nil>")
			run(t, d, "-check").Line("check <nil>")
			panel.Close()
			p.Line("report no panel shows icons")
			run(t, d, "-check").Line("check no panel shows icons")
		}
	})

	// Cinnamon's watcher stays when Cinnamon ends, and only changes its property.
	t.Run("cinnamon", func(t *testing.T) {
		_, w, p := runWatched(t)
		for range 2 {
			w.setHosted(false)
			p.Line("report no panel shows icons")
			w.setHosted(true)
			p.Line("report <nil>")
		}
	})
}
