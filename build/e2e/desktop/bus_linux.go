package desktop

import (
	"os"
	"path/filepath"
)

// WatchBuses fails the test, when it ends, if a program whose PATH begins with bin
// has asked for a session bus to be started, or if another one runs than the
// desktop's own.
func (d *Desktop) WatchBuses() (bin string) {
	d.t.Helper()
	bin = filepath.Join(d.Home(), "watch")
	trace := filepath.Join(bin, "trace")
	if err := os.Mkdir(bin, 0o700); err != nil {
		d.t.Fatal(err)
	}
	script := "#!/bin/sh\n: > '" + trace + "'\n"
	if err := os.WriteFile(filepath.Join(bin, "dbus-launch"), []byte(script), 0o700); err != nil {
		d.t.Fatal(err)
	}
	d.t.Cleanup(func() {
		if _, err := os.Stat(trace); err == nil {
			d.t.Error("dbus-launch was started")
		}
		buses := 0
		for _, name := range d.Running() {
			if name == "dbus-daemon" {
				buses++
			}
		}
		if buses != 1 {
			d.t.Errorf("%d dbus-daemons, want the desktop's own one", buses)
		}
	})
	return bin
}
