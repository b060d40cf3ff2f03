package debian

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
)

// A Program is a packaged program.
type Program struct {
	Name, ID   string
	Command    string // its executable
	Package    string
	NewVersion string // of the package that it is upgraded to
	Page       string // a CSS selector of something on its first page

	// If not nil, these check the desktop of the owner after the older package is installed, and
	// after the newer one is removed.
	Installed, Removed func(d *desktop.Desktop)
}

// Live installs the package older, starts the program from the menu, upgrades it to newer while it
// is running, starts it again, and removes it. Only root calls packages. Live skips the test if
// something is missing.
func (p Program) Live(t *testing.T, packages func() (older, newer string)) {
	t.Helper()
	if root := root(t); root != nil {
		p.own(t, root)
		return
	}
	desktop.Need(t, "dpkg", "dpkg")
	desktop.Need(t, "gio", "libglib2.0-bin")
	desktop.Need(t, "xdg-open", "xdg-utils")
	desktop.Need(t, "update-desktop-database", "desktop-file-utils")
	desktop.Need(t, "update-mime-database", "shared-mime-info")
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: packages are installed by root")
	}
	if exec.Command("dpkg-query", "-W", p.Package).Run() == nil {
		t.Skipf("the package %s is installed here, and would be removed", p.Package)
	}
	older, newer := packages()
	t.Cleanup(func() { dpkg(t, "--purge", p.Package) })
	dpkg(t, "--install", older)
	files := dpkg(t, "--listfiles", p.Package)
	serve(t, map[string]func(){
		"upgrade": func() {
			dpkg(t, "--install", newer)
			files += dpkg(t, "--listfiles", p.Package)
		},
		"remove": func() { dpkg(t, "--remove", p.Package) },
		"purge":  func() { dpkg(t, "--purge", p.Package) },
	})
	if t.Failed() {
		return
	}
	for name := range strings.Lines(files) {
		name = strings.TrimSpace(name)
		if stat, err := os.Stat(name); err == nil && (!stat.IsDir() || filepath.Base(name) == p.Package) {
			t.Errorf("left: %s", name)
		}
	}
}

// own is the part of the owner.
func (p Program) own(t *testing.T, root *administrator) {
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Dark)
	browser := d.UseBrowser()
	t.Cleanup(func() {
		if t.Failed() {
			log, err := os.ReadFile(filepath.Join(d.Home(), ".local", "state", p.ID, "log.txt"))
			t.Logf("the log: %v\n%s", err, log)
		}
	})
	if p.Installed != nil {
		p.Installed(d)
	}
	p.start(t, d)
	panel.AwaitIcon()
	ctx := browser.Page("http://127.0.0.1:")
	// The tab may still be empty.
	if err := chromedp.Do(ctx, chromedp.WaitVisible(chromedp.CSS(p.Page))); err != nil {
		t.Fatal(err)
	}
	url, err := chromedp.Run(ctx, chromedp.Evaluate[string]("location.href"))
	if err != nil {
		t.Fatal(err)
	}
	d.Screenshot("installed")

	root.do("upgrade")
	if got := d.Spawn(d.Command(p.Command, "-version")); !strings.Contains(got.Line(p.Name), p.NewVersion) {
		t.Errorf("after the upgrade, the version is %s", got.Stdout())
	}
	get(t, url) // the old version is still running
	quit := d.Spawn(d.Command(p.Command, "-quit"))
	if state := quit.Wait(); !state.Success() {
		t.Errorf("the new version cannot shut down the old one: %v\n%s", state, quit.Stderr())
	}
	panel.AwaitNoIcon()

	p.start(t, d)
	panel.AwaitIcon()
	panel.Choose("Shutdown")
	panel.AwaitNoIcon()

	root.do("remove")
	root.do("purge")
	if p.Removed != nil {
		p.Removed(d)
	}
	if _, err := exec.LookPath(p.Command); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("after the removal: %v", err)
	}
	kept := filepath.Join(d.Home(), ".config", p.ID)
	if found, err := fs.ReadDir(os.DirFS(kept), "."); err != nil || len(found) == 0 {
		t.Errorf("the owner's settings are gone: %v", err)
	}
}

// start starts the program from the menu.
func (p Program) start(t *testing.T, d *desktop.Desktop) {
	t.Helper()
	launch := d.Spawn(d.Command("gio", "launch", "/usr/share/applications/"+p.ID+".desktop"))
	if state := launch.Wait(); !state.Success() {
		t.Fatalf("gio launch: %v\n%s", state, launch.Stderr())
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

// dpkg runs dpkg and returns its output.
func dpkg(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("dpkg", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("dpkg %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}
