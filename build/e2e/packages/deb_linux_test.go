package packages_test

import (
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/debian"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
)

// TestDeb installs, uses, upgrades and removes the Debian package.
func TestDeb(t *testing.T) {
	program := debian.Program{
		Name: packaged.Name, ID: packaged.ID, Command: packaged.ID, Package: packaged.Package, NewVersion: packaged.New, Page: "table",
		Installed: func(d *desktop.Desktop) { checkOpens(t, d) },
		Removed:   func(d *desktop.Desktop) { checkOpensNothing(t, d) },
	}
	program.Live(t, func() (older, newer string) { return debs(t) })
}

// checkOpensNothing asks the desktop with what it opens the files and URLs.
func checkOpensNothing(t *testing.T, d *desktop.Desktop) {
	t.Helper()
	for _, mime := range []string{"application/x-tea", "x-scheme-handler/tea", "x-scheme-handler/coffee"} {
		if got := d.Spawn(d.Command("gio", "mime", mime)); got.Wait() == nil || strings.Contains(got.Stdout(), packaged.ID) {
			t.Errorf("after the removal gio has for %s:\n%s", mime, got.Stdout())
		}
	}
}
