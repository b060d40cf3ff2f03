//go:build unix && !darwin

package app

import (
	"bytes"
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
	p.newTray().Menu.StartAtLogin(true)
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

func TestTheListOfWhatStartsAtLoginHasTheIcon(t *testing.T) {
	p := serve(t, plain{})
	if err := p.setStartAtLogin(true); err != nil {
		t.Fatal(err)
	}
	entry, err := os.ReadFile(filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "autostart", "plain.desktop"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(entry), "\nIcon=")
	file, _, _ := strings.Cut(rest, "\n")
	if icon, err := os.ReadFile(file); !bytes.Equal(icon, p.Icon.PNG) || err != nil {
		t.Errorf("%v, in\n%s", err, entry)
	}
}
