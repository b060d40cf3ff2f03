package app

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/instance"
	"github.com/dibbler-app/dibbler/tray"
)

// setSession makes variables those of this process's session until the test ends.
func setSession(t *testing.T, variables ...string) {
	t.Helper()
	for _, name := range sessionNames {
		t.Setenv(name, "")
	}
	for _, v := range variables {
		name, value, _ := strings.Cut(v, "=")
		t.Setenv(name, value)
	}
}

func TestASessionIsEnteredFromADesktopOnly(t *testing.T) {
	old := []string{"DBUS_SESSION_BUS_ADDRESS=unix:path=/old", "DISPLAY=:1", "XAUTHORITY=/old"}
	for _, test := range []struct {
		name      string
		has, want []string
	}{
		{"X", []string{"DISPLAY=:2"}, []string{"DISPLAY=:2"}},
		{"Wayland", []string{"DBUS_SESSION_BUS_ADDRESS=unix:path=/new", "WAYLAND_DISPLAY=wayland-0"}, []string{"DBUS_SESSION_BUS_ADDRESS=unix:path=/new", "WAYLAND_DISPLAY=wayland-0"}},
		{"SSH", []string{"DBUS_SESSION_BUS_ADDRESS=unix:path=/new", "XDG_SESSION_TYPE=tty"}, old},
		{"SSH with X forwarded", []string{"DBUS_SESSION_BUS_ADDRESS=unix:path=/old", "DISPLAY=localhost:10.0", "XDG_SESSION_TYPE=tty"}, old},
		{"nothing", nil, old},
	} {
		t.Run(test.name, func(t *testing.T) {
			setSession(t, old...)
			p := (&App{}).newProgram(nil, nil)
			p.tray = new(tray.Tray)
			p.enter(test.has)
			if got := session(); !slices.Equal(got, test.want) {
				t.Errorf("it is in %q, want %q", got, test.want)
			}
			// A variable that is empty is not the same as none.
			if _, ok := os.LookupEnv("XAUTHORITY"); ok != slices.Contains(test.want, "XAUTHORITY=/old") {
				t.Errorf("XAUTHORITY is there: %v", ok)
			}
		})
	}
}

func TestTheBrowserIsInTheSessionOfNow(t *testing.T) {
	setSession(t, "DISPLAY=:2")
	got := inSession([]string{"HOME=/home", "DISPLAY=:1", "XAUTHORITY=/old", "TMPDIR=/tmp"})
	if want := []string{"HOME=/home", "TMPDIR=/tmp", "DISPLAY=:2"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestAHailFitsIntoAMessage(t *testing.T) {
	setSession(t, "DISPLAY=:2")
	if got, want := hail(), "hail\nDISPLAY=:2"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	setSession(t, "DISPLAY=:2", "XAUTHORITY="+strings.Repeat("x", instance.MaxText))
	if got := hail(); got != commandHail {
		t.Errorf("%d bytes", len(got))
	}
}
