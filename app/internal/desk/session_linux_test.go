package desk

import (
	"testing"

	"github.com/godbus/dbus/v5"

	"github.com/dibbler-app/dibbler/app/internal/testbus"
	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/tray"
)

// TestWantsWithIcon: while the icon is shown, the program stays in its session.
func TestWantsWithIcon(t *testing.T) {
	bus := startBus(t)
	setSession(t, "DBUS_SESSION_BUS_ADDRESS="+bus, "DISPLAY=:1")
	shown, ended := make(chan error, 1), make(chan struct{})
	d := &Desk{tray: &tray.Tray{Name: "Plain", Icon: tray.Icon{PNG: assets.TrayPNG}, Report: func(err error) { shown <- err }}}
	go func() {
		defer close(ended)
		d.tray.Run(t.Context())
	}()
	t.Cleanup(func() { <-ended })
	if err := <-shown; err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{bus: true, "unix:path=/new": false} {
		if got := d.Wants(map[string]string{"DBUS_SESSION_BUS_ADDRESS": address, "DISPLAY": ":2"}); got != want {
			t.Errorf("from %s: %v, want %v", address, got, want)
		}
	}
}

// startBus starts a session bus with a fake panel, which owns the name of a panel and
// answers every call with an error. It returns the address of the bus.
func startBus(t *testing.T) string {
	t.Helper()
	address := testbus.Start(t).Address
	panel, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { panel.Close() })
	if _, err := panel.RequestName("org.kde.StatusNotifierWatcher", 0); err != nil {
		t.Fatal(err)
	}
	return address
}
