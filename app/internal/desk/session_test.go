package desk

import (
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/tray"
)

// setSession sets the session variables of this process until the test ends.
func setSession(t *testing.T, variables ...string) {
	t.Helper()
	for _, name := range SessionVariables {
		t.Setenv(name, "")
	}
	for _, v := range variables {
		name, value, _ := strings.Cut(v, "=")
		t.Setenv(name, value)
	}
}

func TestWants(t *testing.T) {
	setSession(t, "DBUS_SESSION_BUS_ADDRESS=unix:path=/old", "DISPLAY=:1")
	for _, test := range []struct {
		name    string
		session map[string]string
		want    bool
	}{
		{"X", map[string]string{"DISPLAY": ":2"}, true},
		{"Wayland", map[string]string{"DBUS_SESSION_BUS_ADDRESS": "unix:path=/new", "WAYLAND_DISPLAY": "wayland-0"}, true},
		{"SSH", map[string]string{"DBUS_SESSION_BUS_ADDRESS": "unix:path=/new", "XDG_SESSION_TYPE": "tty"}, false},
		{"SSH with X forwarded", map[string]string{"DISPLAY": "localhost:10.0", "XDG_SESSION_TYPE": "tty"}, false},
		{"nothing", nil, false},
	} {
		if got := (&Desk{tray: new(tray.Tray)}).Wants(test.session); got != test.want {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
		if new(Desk).Wants(test.session) {
			t.Errorf("%s: Wants returns true without an icon", test.name)
		}
	}
}

func TestInSession(t *testing.T) {
	setSession(t, "DISPLAY=:2")
	got := inSession([]string{"HOME=/home", "DISPLAY=:1", "XAUTHORITY=/old", "TMPDIR=/tmp"})
	if want := []string{"HOME=/home", "TMPDIR=/tmp", "DISPLAY=:2"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
