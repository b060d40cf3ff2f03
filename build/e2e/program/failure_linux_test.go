package program

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/pagecheck"
)

// A start that fails after a double-click shows a page, since nobody sees standard error:
// many desktops send it nowhere.
func TestStart_failurePage(t *testing.T) {
	d := desktop.Start(t)
	browser := d.UseBrowser()
	state := filepath.Join(d.Home(), ".local/state")
	if err := os.MkdirAll(state, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(state, "dibbler"), []byte("in the way"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := d.Spawn(d.Command("sh", "-c", `exec "$0" 2>/dev/null`, calendar))
	if code := p.Wait().ExitCode(); code != 1 {
		t.Errorf("exit status %d, want 1", code)
	}
	tab := browser.Page("http://127.0.0.1:")
	if said := text(t, tab, "main"); !strings.Contains(said, "Dibbler could not start") || !strings.Contains(said, state) {
		t.Errorf("the page says %q", said)
	}
	d.Screenshot("page")
	pagecheck.Fetch(t).Page(tab, t, "page")
}
