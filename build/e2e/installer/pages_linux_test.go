package installer_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"github.com/dibbler-app/dibbler/build/e2e/internal/wine"
)

// A keyboard is used on the pages of an installer.
type keyboard struct {
	*wine.Windows
	t *testing.T
}

// press presses keys, and waits after each until the screen changes.
func (w *keyboard) press(keys ...string) {
	w.t.Helper()
	for _, key := range keys {
		before := w.Picture().Pix
		w.Run("xdotool", "key", key)
		desktop.Await(w.t, "the screen to change after "+key, func() bool { return !bytes.Equal(w.Picture().Pix, before) })
	}
}

// pressUntil presses Return until something happens. A key may be lost while a page appears.
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

// hasSelection reports whether a list in the middle of the screen has a selected row, which is
// light blue on wine.
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

// TestInstaller installs and starts the program with the keyboard, and chooses all components. A
// silent installer upgrades the running program, and the uninstaller removes it.
func TestInstaller(t *testing.T) {
	desktop.Need(t, "makensis", "nsis")
	desktop.Need(t, "xdotool", "xdotool")
	w := &keyboard{wine.Start(t, packaged.Name, packaged.ID), t}
	add := func(version string) wine.Installer {
		return w.AddInstaller(packaged.Make(t, "windows/amd64", version), packaged.ID+"-"+version+"-windows-amd64")
	}
	older, newer := add(packaged.Old), add(packaged.New)
	w.Spawn(w.Command("wine", "explorer", "/desktop=installer,1024x768", older.Path))

	w.pressUntil("the list of components", w.hasSelection)
	w.press("Down", "space", "Down", "space")
	w.Screenshot("components")
	w.press("Return")
	w.Screenshot("folder")
	w.pressUntil("the end of the installation", func() bool { return wine.Exists(w.Installed("uninstall.exe")) })
	desktop.Await(t, "the picture of the last page", func() bool {
		c := w.Picture().RGBAAt(250, 450)
		return c.R < 0x20 && c.G < 0x20
	})
	w.Screenshot("installed")
	w.pressUntil("the program to start", func() bool { return len(w.Addresses()) > 0 })
	w.Get(w.Addresses()[0])
	w.Screenshot("started")
	w.CheckInstalled(older)
	if !wine.Exists(w.User("Desktop", packaged.Name+".lnk")) {
		t.Error("there is no icon on the desktop")
	}
	if !w.InRegistry(wine.RunKey, "/v", packaged.ID) {
		t.Error("the program does not start at login")
	}

	w.Run("wine", newer.Path, "/S")
	w.AwaitEnd(w.Addresses()[0])
	w.CheckInstalled(newer)
	address := w.StartFromMenu()
	w.Get(address)
	w.Remove()
	w.AwaitEnd(address)
	if wine.Exists(w.User("Desktop", packaged.Name+".lnk")) || w.InRegistry(wine.RunKey, "/v", packaged.ID) {
		t.Error("the icon on the desktop, or the start at login, is left")
	}
}
