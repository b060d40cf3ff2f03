package packages_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"github.com/dibbler-app/dibbler/build/internal/about"
)

// ownerVariable is set in the process that plays the owner. The other one is
// the administrator.
const ownerVariable = "DIBBLER_PACKAGES_OWNER"

// nobody is an ordinary user that every Debian has.
const nobody = 65534

// TestDeb installs, uses, upgrades and removes the Debian package. The
// administrator is root; the owner is another user, in a process of their own,
// who asks the administrator through a pair of pipes.
func TestDeb(t *testing.T) {
	if os.Getenv(ownerVariable) != "" {
		playOwner(t)
		return
	}
	desktop.Need(t, "dpkg", "dpkg")
	desktop.Need(t, "gio", "libglib2.0-bin")
	desktop.Need(t, "xdg-open", "xdg-utils")
	desktop.Need(t, "update-desktop-database", "desktop-file-utils")
	desktop.Need(t, "update-mime-database", "shared-mime-info")
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: dpkg wants root")
	}
	if exec.Command("dpkg-query", "-W", about.Package).Run() == nil {
		t.Skipf("the package %s is installed here, and would be removed", about.Package)
	}
	older, newer := debs(t)
	t.Cleanup(func() { dpkg(t, "--purge", about.Package) })
	dpkg(t, "--install", older)
	list := dpkg(t, "--listfiles", about.Package)

	administer(t, owner(t), map[string][]string{
		"upgrade": {"--install", newer},
		"remove":  {"--remove", about.Package},
		"purge":   {"--purge", about.Package},
	})

	if t.Failed() {
		return
	}
	for name := range strings.Lines(list) {
		name = strings.TrimSpace(name)
		if stat, err := os.Stat(name); err == nil && !stat.IsDir() || err == nil && filepath.Base(name) == about.Package {
			t.Errorf("left: %s", name)
		}
	}
}

func dpkg(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("dpkg", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("dpkg %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// owner is this test as another user, in a folder of theirs.
func owner(t *testing.T) *exec.Cmd {
	t.Helper()
	// Short, for the sockets of the browser in it.
	dir, err := os.MkdirTemp("", "o")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(dir, "owner.test")
	if err := packaged.Copy(self, program); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program, "-test.run=^TestDeb$", "-test.v")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), ownerVariable+"=1", "TMPDIR="+dir, "HOME="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	return cmd
}

// administer runs the owner and does what they ask for.
func administer(t *testing.T, owner *exec.Cmd, can map[string][]string) {
	t.Helper()
	asked, ask, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer asked.Close()
	answer, answered, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer answered.Close()
	var out strings.Builder
	owner.Stdout, owner.Stderr = &out, &out
	owner.ExtraFiles = []*os.File{ask, answer}
	err = owner.Start()
	ask.Close()
	answer.Close()
	if err != nil {
		t.Fatal(err)
	}
	requests := bufio.NewScanner(asked)
	for requests.Scan() {
		dpkg(t, can[requests.Text()]...)
		fmt.Fprintln(answered, "done")
	}
	if err := owner.Wait(); err != nil {
		t.Errorf("the owner: %v", err)
	}
	if text := out.String(); t.Failed() || strings.Contains(text, "--- SKIP") {
		t.Logf("the owner said:\n%s", text)
		if !t.Failed() {
			t.Skip("the owner lacks something")
		}
	}
}

// administrator does what only root may.
type administrator struct {
	asks    io.Writer
	answers *bufio.Reader
}

func (a administrator) please(t *testing.T, what string) {
	t.Helper()
	if _, err := fmt.Fprintln(a.asks, what); err != nil {
		t.Fatal(err)
	}
	if _, err := a.answers.ReadString('\n'); err != nil {
		t.Fatalf("%s: no answer: %v", what, err)
	}
}

func playOwner(t *testing.T) {
	asks := os.NewFile(3, "asks")
	answers := os.NewFile(4, "answers")
	t.Cleanup(func() { asks.Close(); answers.Close() })
	// What is started here is not to have them.
	syscall.CloseOnExec(3)
	syscall.CloseOnExec(4)
	administrator := administrator{asks, bufio.NewReader(answers)}

	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Dark)
	browser := d.UseBrowser()
	startFromMenu := func() {
		t.Helper()
		p := d.Spawn(d.Command("gio", "launch", "/usr/share/applications/"+about.ID+".desktop"))
		if state := p.Wait(); !state.Success() {
			t.Fatalf("gio launch: %v\n%s", state, p.Stderr())
		}
	}

	t.Cleanup(func() {
		if t.Failed() {
			log, err := os.ReadFile(filepath.Join(d.Home(), ".local", "state", about.ID, "log.txt"))
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

	administrator.please(t, "upgrade")
	if got := d.Spawn(d.Command(about.ID, "-version")); !strings.Contains(got.Line(about.Name), packaged.New) {
		t.Errorf("after the upgrade it is %s", got.Stdout())
	}
	get(t, url) // the old one goes on
	quit := d.Spawn(d.Command(about.ID, "-quit"))
	if state := quit.Wait(); !state.Success() {
		t.Errorf("the new one cannot end the old one: %v\n%s", state, quit.Stderr())
	}
	panel.AwaitNoIcon()

	startFromMenu()
	panel.AwaitIcon()
	panel.Choose("Shutdown")
	panel.AwaitNoIcon()

	administrator.please(t, "remove")
	administrator.please(t, "purge")
	for _, mime := range []string{"application/x-tea", "x-scheme-handler/tea", "x-scheme-handler/coffee"} {
		if got := d.Spawn(d.Command("gio", "mime", mime)); got.Wait() == nil || strings.Contains(got.Stdout(), about.ID) {
			t.Errorf("after the removal gio has for %s:\n%s", mime, got.Stdout())
		}
	}
	if _, err := exec.LookPath(about.ID); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("after the removal: %v", err)
	}
	kept := filepath.Join(d.Home(), ".config", about.ID)
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
