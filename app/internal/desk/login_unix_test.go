//go:build unix && !darwin

package desk

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLoginProblem(t *testing.T) {
	l := run(t).c.Login
	folder := filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "autostart")
	if err := os.Symlink("nowhere", folder); err != nil {
		t.Fatal(err)
	}
	if err := l.Set(true); err == nil || l.Problem() != err || !strings.Contains(err.Error(), folder) {
		t.Errorf("%v, and then %v", err, l.Problem())
	}
	if err := os.Remove(folder); err != nil {
		t.Fatal(err)
	}
	if err := l.Set(true); err != nil || l.Problem() != nil {
		t.Errorf("%v, and then %v", err, l.Problem())
	}
}

func TestLogin(t *testing.T) {
	d := run(t)
	l := d.c.Login
	for _, want := range []bool{false, true, false, true} {
		if err := l.Set(want); err != nil {
			t.Fatal(err)
		}
		if on, err := l.Enabled(); on != want || err != nil || d.state().AtLogin != want {
			t.Errorf("%v, %v, in the tray %v; want %v", on, err, d.state().AtLogin, want)
		}
	}
	entry, err := os.ReadFile(filepath.Join(os.Getenv("XDG_CONFIG_HOME"), "autostart", "plain.desktop"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(entry), "\nIcon=")
	file, _, _ := strings.Cut(rest, "\n")
	if icon, err := os.ReadFile(file); !bytes.Equal(icon, l.icon) || err != nil {
		t.Errorf("%v, in\n%s", err, entry)
	}
}
