package installer_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"github.com/dibbler-app/dibbler/build/e2e/internal/wine"
)

// A keyboard goes through the pages of an installer.
type keyboard struct {
	*wine.Windows
	t *testing.T
}

// press presses a key and waits until the screen shows it.
func (w *keyboard) press(keys ...string) {
	w.t.Helper()
	for _, key := range keys {
		before := w.Picture().Pix
		w.Run("xdotool", "key", key)
		desktop.Await(w.t, "the key "+key+" to be seen", func() bool { return !bytes.Equal(w.Picture().Pix, before) })
	}
}

// pressUntil presses Return, again and again where it does not count yet.
func (w *keyboard) pressUntil(what string, happened func() bool) {
	w.t.Helper()
	var pressed time.Time
	desktop.Await(w.t, what, func() bool {
		if happened() {
			return true
		}
		if time.Since(pressed) > 3*time.Second {
			w.Run("xdotool", "key", "Return")
			pressed = time.Now()
		}
		return false
	})
}

// hasSelection reports whether there is a list in the middle of the screen with
// a selected row, which wine colours a light blue.
func (w *keyboard) hasSelection() bool {
	w.t.Helper()
	picture := w.Picture()
	for y := 340; y < 380; y++ {
		if c := picture.RGBAAt(463, y); c.B > 0xe0 && c.R < 0x80 {
			return true
		}
	}
	return false
}

// The installer is gone through with the keyboard, and starts the program. A newer one, run
// silently, replaces the program while it runs, and the uninstaller ends and removes it.
func TestPages(t *testing.T) {
	desktop.Need(t, "makensis", "nsis")
	desktop.Need(t, "xdotool", "xdotool")
	w := &keyboard{wine.Start(t, packaged.Name, packaged.ID), t}
	add := func(version string) wine.Installer {
		return w.AddInstaller(packaged.Make(t, "windows/amd64", version), packaged.ID+"-"+version+"-windows-amd64")
	}
	older, newer := add(packaged.Old), add(packaged.New)
	w.Spawn(w.Command("wine", "explorer", "/desktop=installer,1024x768", older.Path))

	w.pressUntil("the page of components", w.hasSelection)
	w.press("Down", "space", "Down", "space")
	w.Screenshot("components")
	w.press("Return")
	w.Screenshot("folder")
	w.pressUntil("the end of the installation", func() bool { return wine.Exists(w.Installed("uninstall.exe")) })
	desktop.Await(t, "the last page, with its picture", func() bool {
		c := w.Picture().RGBAAt(250, 450)
		return c.R < 0x20 && c.G < 0x20
	})
	w.Screenshot("installed")
	w.pressUntil("the program to start", func() bool { return len(w.Addresses()) > 0 })
	w.Get(w.Addresses()[0])
	w.Screenshot("started")
	w.CheckInstalled(older)
	if !wine.Exists(w.User("Desktop", packaged.Name+".lnk")) {
		t.Error("no icon on the desktop")
	}
	if !w.InRegistry(wine.RunKey, "/v", packaged.ID) {
		t.Error("it is not started at login")
	}

	w.Run("wine", newer.Path, "/S")
	w.AwaitEnd(w.Addresses()[0])
	w.CheckInstalled(newer)
	address := w.StartFromMenu()
	w.Get(address)
	w.Remove()
	w.AwaitEnd(address)
	if wine.Exists(w.User("Desktop", packaged.Name+".lnk")) || w.InRegistry(wine.RunKey, "/v", packaged.ID) {
		t.Error("left: the icon on the desktop, or the start at login")
	}
}
