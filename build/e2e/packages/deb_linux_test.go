package packages_test

import (
	"errors"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/administrator"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
)

// TestDeb installs, uses, upgrades and removes the Debian package.
func TestDeb(t *testing.T) {
	if root := administrator.Root(t); root != nil {
		playOwner(t, root)
		return
	}
	desktop.Need(t, "dpkg", "dpkg")
	desktop.Need(t, "gio", "libglib2.0-bin")
	desktop.Need(t, "xdg-open", "xdg-utils")
	desktop.Need(t, "update-desktop-database", "desktop-file-utils")
	desktop.Need(t, "update-mime-database", "shared-mime-info")
	administrator.Need(t)
	if exec.Command("dpkg-query", "-W", packaged.Package).Run() == nil {
		t.Skipf("the package %s is installed here, and would be removed", packaged.Package)
	}
	older, newer := debs(t)
	dpkg := func(args ...string) func() { return func() { administrator.Dpkg(t, args...) } }
	t.Cleanup(dpkg("--purge", packaged.Package))
	administrator.Dpkg(t, "--install", older)
	list := administrator.Dpkg(t, "--listfiles", packaged.Package)

	administrator.Serve(t, map[string]func(){
		"upgrade": dpkg("--install", newer),
		"remove":  dpkg("--remove", packaged.Package),
		"purge":   dpkg("--purge", packaged.Package),
	})

	if t.Failed() {
		return
	}
	for name := range strings.Lines(list) {
		name = strings.TrimSpace(name)
		if stat, err := os.Stat(name); err == nil && !stat.IsDir() || err == nil && filepath.Base(name) == packaged.Package {
			t.Errorf("left: %s", name)
		}
	}
}

func playOwner(t *testing.T, root *administrator.Administrator) {
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Dark)
	browser := d.UseBrowser()
	startFromMenu := func() {
		t.Helper()
		p := d.Spawn(d.Command("gio", "launch", "/usr/share/applications/"+packaged.ID+".desktop"))
		if state := p.Wait(); !state.Success() {
			t.Fatalf("gio launch: %v\n%s", state, p.Stderr())
		}
	}

	t.Cleanup(func() {
		if t.Failed() {
			log, err := os.ReadFile(filepath.Join(d.Home(), ".local", "state", packaged.ID, "log.txt"))
			t.Logf("the log: %v\n%s", err, log)
		}
	})

	checkOpens(t, d)
	startFromMenu()
	panel.AwaitIcon()
	ctx := browser.Page("http://127.0.0.1:")
	// Until the page is seen, the tab may still be an empty one.
	if err := chromedp.Do(ctx, chromedp.WaitVisible(chromedp.CSS("table"))); err != nil {
		t.Fatal(err)
	}
	url, err := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href"))
	if err != nil {
		t.Fatal(err)
	}
	d.Screenshot("installed")

	root.Please("upgrade")
	if got := d.Spawn(d.Command(packaged.ID, "-version")); !strings.Contains(got.Line(packaged.Name), packaged.New) {
		t.Errorf("after the upgrade it is %s", got.Stdout())
	}
	get(t, url) // the old one goes on
	quit := d.Spawn(d.Command(packaged.ID, "-quit"))
	if state := quit.Wait(); !state.Success() {
		t.Errorf("the new one cannot end the old one: %v\n%s", state, quit.Stderr())
	}
	panel.AwaitNoIcon()

	startFromMenu()
	panel.AwaitIcon()
	panel.Choose("Shutdown")
	panel.AwaitNoIcon()

	root.Please("remove")
	root.Please("purge")
	for _, mime := range []string{"application/x-tea", "x-scheme-handler/tea", "x-scheme-handler/coffee"} {
		if got := d.Spawn(d.Command("gio", "mime", mime)); got.Wait() == nil || strings.Contains(got.Stdout(), packaged.ID) {
			t.Errorf("after the removal gio has for %s:\n%s", mime, got.Stdout())
		}
	}
	if _, err := exec.LookPath(packaged.ID); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("after the removal: %v", err)
	}
	kept := filepath.Join(d.Home(), ".config", packaged.ID)
	if found, err := fs.ReadDir(os.DirFS(kept), "."); err != nil || len(found) == 0 {
		t.Errorf("the owner's settings are gone: %v", err)
	}
}

func get(t *testing.T, url string) {
	t.Helper()
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("%s: %s", url, resp.Status)
	}
}
