//go:build unix && !darwin

package app

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestWhyStartAtLoginWasNotChangedIsOnThePage that the tray opens then.
func TestWhyStartAtLoginWasNotChangedIsOnThePage(t *testing.T) {
	p := serve(t, plain{})
	folder := filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "autostart")
	if err := os.Symlink("nowhere", folder); err != nil {
		t.Fatal(err)
	}
	p.newTray().StartAtLogin(true)
	says := func() bool {
		page := p.page(t, "/app.settings").body
		return strings.Contains(page, `role="alert">This could not be changed: start at login: `) && strings.Contains(page, folder)
	}
	if !says() {
		t.Error("it is not said")
	}
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	p.submit(t, "/app.settings", "port="+strconv.Itoa(p.port)+"&startAtLogin=on")
	if says() {
		t.Error("it is still said after it was changed")
	}
}
