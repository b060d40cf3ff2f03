//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"strings"
	"testing"
)

func TestNoWatcher(t *testing.T) {
	for desktops, want := range map[string]string{
		"GNOME":        "GNOME's extension",
		"ubuntu:GNOME": "GNOME's extension",
		"Budgie:GNOME": "Budgie's settings",
		"KDE":          "Plasma",
		"sway":         "start a panel",
		"tint2":        "start a panel",
		"":             "start a panel",
	} {
		if got := noWatcher(desktops).Error(); !strings.HasPrefix(got, "this desktop shows no tray icons") || !strings.Contains(got, want) {
			t.Errorf("%q: %q, want %q", desktops, got, want)
		}
	}
}
