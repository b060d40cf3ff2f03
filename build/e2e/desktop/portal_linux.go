package desktop

import (
	"os"
	"path/filepath"
	"strings"
)

// UsePortal has the session bus start the desktop portal, with the dialogs of a toolkit,
// "gtk" or "kde", when a program asks for it. It skips the test where that is not installed.
func (d *Desktop) UsePortal(toolkit string) {
	d.t.Helper()
	for _, part := range []string{"portal.Desktop", "impl.portal.desktop." + toolkit} {
		name := "org.freedesktop." + part + ".service"
		file := "/usr/share/dbus-1/services/" + name
		if _, err := os.Stat(file); err != nil {
			d.t.Skipf("no desktop portal here (Debian packages xdg-desktop-portal and xdg-desktop-portal-%s)", toolkit)
		}
		if err := os.Symlink(file, filepath.Join(d.path("services"), name)); err != nil {
			d.t.Fatal(err)
		}
	}
	bus := d.bus.BusObject()
	// The portal chooses the toolkit by the desktop.
	err := bus.Call("org.freedesktop.DBus.UpdateActivationEnvironment", 0, map[string]string{"XDG_CURRENT_DESKTOP": strings.ToUpper(toolkit)}).Err
	if err == nil {
		err = bus.Call("org.freedesktop.DBus.ReloadConfig", 0).Err
	}
	if err != nil {
		d.t.Fatal(err)
	}
}
