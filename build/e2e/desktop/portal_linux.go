package desktop

import (
	"os"
	"path/filepath"
	"syscall"
)

// UsePortal has the session bus start the desktop portal for GTK when a program asks for it.
// It skips the test where that is not installed.
func (d *Desktop) UsePortal() {
	d.t.Helper()
	for _, part := range []string{"portal.Desktop", "impl.portal.desktop.gtk"} {
		name := "org.freedesktop." + part + ".service"
		file := "/usr/share/dbus-1/services/" + name
		if _, err := os.Stat(file); err != nil {
			d.t.Skip("no desktop portal here (Debian packages xdg-desktop-portal and xdg-desktop-portal-gtk)")
		}
		if err := os.Symlink(file, filepath.Join(d.path("services"), name)); err != nil {
			d.t.Fatal(err)
		}
	}
	if err := d.bus.BusObject().Call("org.freedesktop.DBus.ReloadConfig", 0).Err; err != nil {
		d.t.Fatal(err)
	}
}

// KillOwner kills the program that owns a name on the session bus.
func (d *Desktop) KillOwner(name string) {
	d.t.Helper()
	var pid uint32
	if err := d.bus.BusObject().Call("org.freedesktop.DBus.GetConnectionUnixProcessID", 0, name).Store(&pid); err != nil {
		d.t.Fatal(err)
	}
	if err := syscall.Kill(int(pid), syscall.SIGKILL); err != nil {
		d.t.Fatal(err)
	}
}
