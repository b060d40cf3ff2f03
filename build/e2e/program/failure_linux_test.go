package program

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/pagecheck"
)

// TestStart_failurePage: a start that fails after a double-click shows a page, because many
// desktops show standard error nowhere.
func TestStart_failurePage(t *testing.T) {
	check := pagecheck.Fetch(t)
	d := desktop.Start(t)
	browser := d.UseBrowser()
	state := filepath.Join(d.Home(), ".local/state")
	d.Write(filepath.Join(state, "dibbler"), "a file in place of the folder", 0o600)
	p := d.Spawn(d.Command("sh", "-c", `exec "$0" 2>/dev/null`, calendar))
	if code := p.Wait().ExitCode(); code != 1 {
		t.Errorf("exit status %d, want 1", code)
	}
	tab := browser.Page("http://127.0.0.1:")
	if said := text(t, tab, "main"); !strings.Contains(said, "Dibbler could not start") || !strings.Contains(said, state) {
		t.Errorf("the page says %q, want the failure and the folder %s", said, state)
	}
	d.Screenshot("page")
	check.Page(tab, t, "page")
}
