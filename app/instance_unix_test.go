//go:build unix && !darwin

package app

import (
	"bufio"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// A browserStandIn is an xdg-open that says what it was asked to open, in place
// of a browser. It is read through a pipe, so that nothing has to be waited for
// by the clock.
type browserStandIn struct {
	t      *testing.T
	opened *bufio.Reader
}

// standIn puts a stand-in for the browser into the home's environment.
func (h *home) standIn() *browserStandIn {
	h.t.Helper()
	bin := filepath.Join(h.dir, "bin")
	pipe := filepath.Join(h.dir, "opened")
	script := "#!/bin/sh\nprintf '%s\\n' \"$1 TMPDIR=$TMPDIR\" >>" + pipe + "\n"
	if err := os.Mkdir(bin, 0o700); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte(script), 0o700); err != nil {
		h.t.Fatal(err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		h.t.Fatal(err)
	}
	// Open for writing too, so that there is no end of file between two writers.
	f, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { f.Close() })
	h.env = append(h.env, "PATH="+bin+":"+os.Getenv("PATH"), "DISPLAY=:0") // which it needs to be one
	return &browserStandIn{h.t, bufio.NewReader(f)}
}

// next returns the next address that was opened.
func (b *browserStandIn) next() string {
	b.t.Helper()
	line, err := b.opened.ReadString('\n')
	if err != nil {
		b.t.Fatal(err)
	}
	address, rest, _ := strings.Cut(strings.TrimSpace(line), " TMPDIR=")
	if strings.HasSuffix(rest, "/temp") {
		b.t.Errorf("the browser gets our temporary folder, %s, which is emptied while it runs", rest)
	}
	return address
}

func TestTheBrowserIsOpenedOnTheAddressThatIsHeld(t *testing.T) {
	h := newHome(t)
	_, port := takePort(t, "127.0.0.1")
	h.remember(port)
	browser := h.standIn()
	p := h.launch("plain", "-no-tray")
	at := p.url()
	if opened := browser.next(); opened != at || strings.Contains(opened, port) {
		t.Errorf("%s was opened, and the program is at %s; %s is somebody else's", opened, at, port)
	}
}

func TestASecondLaunchOpensThePageOfTheFirst(t *testing.T) {
	h := newHome(t)
	// The first can open nothing, as one that was started over SSH.
	desktop := h.env
	h.env = append(h.env, "PATH="+h.dir)
	first := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
	h.env = desktop
	browser := h.standIn()
	at := first.url()
	second := h.launch("plain", "-no-tray")
	if is := second.url(); is != at {
		t.Errorf("the second says %s, and the first is at %s", is, at)
	}
	if rest, status := second.exit(); rest != "" || status != exitOK || second.stderr.Len() > 0 {
		t.Errorf("status %d, %q, %q", status, rest, &second.stderr)
	}
	if opened := browser.next(); opened != at {
		t.Errorf("%s was opened, and the first is at %s", opened, at)
	}
	if page := get(t, at); page != "home of plain" {
		t.Errorf("the first now says %q", page)
	}
}

func TestFiftyLaunchesAtOnceAreOneProgram(t *testing.T) {
	h := newHome(t)
	var launched []*process
	for range 50 {
		launched = append(launched, h.launch("plain", "-port", "0", "-no-browser", "-no-tray"))
	}
	addresses := map[string]int{}
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, p := range launched {
		all.Go(func() {
			line, err := p.stdout.ReadString('\n')
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err, p.errors())
			}
			addresses[strings.TrimSpace(line)]++
		})
	}
	all.Wait()
	if len(addresses) != 1 {
		t.Fatalf("the launches say %v", addresses)
	}
	if out, status := h.launch("plain", "-quit").exit(); status != exitOK {
		t.Errorf("-quit: status %d, %s", status, out)
	}
	for _, p := range launched {
		if rest, status := p.exit(); rest != "" || status != exitOK || p.stderr.Len() > 0 {
			t.Errorf("status %d, %q, %q", status, rest, &p.stderr)
		}
	}
}

func TestACrashBlocksNothing(t *testing.T) {
	h := newHome(t)
	first := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
	first.url()
	if err := first.Process.Signal(syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	first.exit()
	if page := get(t, h.launch("plain", "-port", "0", "-no-browser", "-no-tray").url()); page != "home of plain" {
		t.Errorf("%q", page)
	}
}

func TestStateDeletedWhileRunning(t *testing.T) {
	h := newHome(t)
	first := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
	at := first.url()
	if err := os.RemoveAll(filepath.Join(h.dir, "state")); err != nil {
		t.Fatal(err)
	}
	second := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
	if is := second.url(); is != at {
		t.Errorf("the second says %s, and the first is at %s", is, at)
	}
	if out, status := h.launch("plain", "-quit").exit(); status != exitOK || !strings.Contains(out, "has ended") {
		t.Errorf("-quit: status %d, %s", status, out)
	}
}

func TestALaunchWhileTheFirstEndsTakesOver(t *testing.T) {
	h := newHome(t)
	first := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
	body, release := hold(t, first.url())
	if err := first.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if line, err := body.ReadString('\n'); line != "ending\n" {
		t.Fatalf("%q, %v", line, err)
	}
	second := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
	release()
	if page := get(t, second.url()); page != "home of plain" {
		t.Errorf("%q", page)
	}
	if rest, err := io.ReadAll(body); string(rest) != "finished\n" {
		t.Errorf("%q, %v", rest, err)
	}
	if _, status := first.exit(); status != exitOK {
		t.Errorf("status %d, %s", status, &first.stderr)
	}
}

// launchHung launches a program that runs and answers nobody.
func (h *home) launchHung() {
	h.t.Helper()
	p := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
	p.url()
	if err := p.Process.Signal(syscall.SIGSTOP); err != nil {
		h.t.Fatal(err)
	}
}

func TestALaunchDoesNotWaitForeverForAHungProgram(t *testing.T) {
	h := newHome(t)
	h.launchHung()
	second := h.launch("impatient", "-no-browser", "-no-tray")
	if _, status := second.exit(); status != exitError || !strings.Contains(second.stderr.String(), "Plain runs already, and has not answered") {
		t.Errorf("status %d, %q", status, &second.stderr)
	}
}

func TestASignalEndsALaunchThatWaits(t *testing.T) {
	h := newHome(t)
	h.launchHung()
	for _, sig := range []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		second, log := h.launchToRead("plain", "-no-browser", "-no-tray", "-verbose")
		if line, err := log.ReadString('\n'); !strings.Contains(line, "looking for the program") {
			t.Fatalf("%q, %v", line, err)
		}
		if err := second.Process.Signal(sig); err != nil {
			t.Fatal(err)
		}
		rest, _ := io.ReadAll(log)
		if _, status := second.exit(); status != exitOK {
			t.Errorf("%v: status %d, %s", sig, status, rest)
		}
	}
}

func TestAFailedStartIsShownToAnOwnerWithoutATerminal(t *testing.T) {
	h := newHome(t)
	browser := h.standIn()
	p := h.launch("unfit", "-no-tray")
	page := get(t, browser.next())
	if _, status := p.exit(); status != exitError {
		t.Errorf("status %d", status)
	}
	for _, want := range []string{"<h1>Unfit could not start</h1>", "no methlets", filepath.Join(h.dir, "state", "unfit", "log.txt")} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q: %s", want, page)
		}
	}
}

// TestAFailedStartWithoutAScreenWaitsForNobody: there is no browser that could show
// it, and what is called one there may wait for somebody at a terminal.
func TestAFailedStartWithoutAScreenWaitsForNobody(t *testing.T) {
	h := newHome(t)
	h.standIn()
	h.env = append(h.env, "DISPLAY=", "WAYLAND_DISPLAY=", "BROWSER=")
	p := h.launch("unfit", "-no-tray")
	if _, status := p.exit(); status != exitError || !strings.Contains(p.stderr.String(), "no methlets") || !strings.Contains(p.stderr.String(), "but no screen") {
		t.Errorf("status %d, %s", status, &p.stderr)
	}
}

func TestAFailedEndIsShownAsSuch(t *testing.T) {
	h := newHome(t)
	browser := h.standIn()
	p := h.launch("spills", "-port", "0", "-no-tray")
	at := p.url()
	if opened := browser.next(); opened != at {
		t.Errorf("%s was opened", opened)
	}
	endBy(t, at+"end")
	if page := get(t, browser.next()); !strings.Contains(page, "<h1>Spills ended with an error</h1>") || !strings.Contains(page, "the disk is full") {
		t.Errorf("%s", page)
	}
}

func TestAFailedFlushIsShownWhateverWasCut(t *testing.T) {
	h := newHome(t)
	browser := h.standIn()
	p := h.launch("spills", "-port", "0", "-no-tray")
	at := p.url()
	if opened := browser.next(); opened != at {
		t.Errorf("%s was opened", opened)
	}
	p.cutStuck(at)
	if page := get(t, browser.next()); !strings.Contains(page, "the disk is full") || !strings.Contains(page, "GET /stuck") {
		t.Errorf("%s", page)
	}
	if _, status := p.exit(); status != exitCut || !strings.Contains(p.stderr.String(), "the disk is full") {
		t.Errorf("status %d, %s", status, &p.stderr)
	}
}

func TestNothingIsShownWhenTheSessionHasEnded(t *testing.T) {
	h := newHome(t)
	browser := h.standIn()
	p := h.launch("spills", "-port", "0", "-no-tray")
	if at := p.url(); browser.next() != at {
		t.Error("the page was not opened")
	}
	if err := p.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if _, status := p.exit(); status != exitError || !strings.Contains(p.stderr.String(), "the disk is full") {
		t.Errorf("status %d, %s", status, &p.stderr)
	}
	// What comes next is the first that was opened.
	at := h.launch("plain", "-port", "0", "-no-tray").url()
	if opened := browser.next(); opened != at {
		t.Errorf("%s was opened", opened)
	}
}

// A program that is given /dev/null for its standard error has nobody who reads
// it.
func TestAFailedStartIsShownWhereStandardErrorIsNull(t *testing.T) {
	h := newHome(t)
	browser := h.standIn()
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	p := h.command("unfit", "-no-tray")
	p.Cmd.Stderr = null
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.Process.Kill()
		p.exit()
	})
	if page := get(t, browser.next()); !strings.Contains(page, "no methlets") {
		t.Errorf("%s", page)
	}
}

// TestTheFailuresPageIsForItsOwner, and nobody's link or frame.
func TestTheFailuresPageIsForItsOwner(t *testing.T) {
	h := newHome(t)
	browser := h.standIn()
	p := h.launch("unfit", "-no-tray")
	at := browser.next()
	if status, err := requested(http.MethodGet, at, "evil.test", ""); status != http.StatusMisdirectedRequest {
		t.Errorf("with another name: %d, %v", status, err)
	}
	if page := get(t, at); !strings.Contains(page, "no methlets") {
		t.Errorf("%s", page)
	}
	p.exit()
	if _, err := requested(http.MethodGet, at, "", ""); err == nil {
		t.Error("it is served again")
	}
}

func TestNothingIsShownWithoutABrowser(t *testing.T) {
	h := newHome(t)
	browser := h.standIn()
	p := h.launch("unfit", "-no-browser", "-no-tray")
	if _, status := p.exit(); status != exitError {
		t.Errorf("status %d", status)
	}
	// What comes next is the first that was opened.
	h.launch("plain", "-port", "0", "-no-tray").url()
	if opened := browser.next(); !strings.HasPrefix(opened, "http://") {
		t.Errorf("%s was opened", opened)
	}
}

func TestTheAddressIsToldWhereNoBrowserOpens(t *testing.T) {
	h := newHome(t)
	h.env = append(h.env, "PATH="+h.dir) // nothing is there
	p, says := h.launchToRead("plain", "-port", "0", "-no-tray")
	at := p.url()
	if line, err := says.ReadString('\n'); !strings.Contains(line, "please open "+at) {
		t.Errorf("%q, %v", line, err)
	}
	if page := get(t, at+"app.log"); !strings.Contains(page, "the browser did not open") {
		t.Errorf("it is not in the log: %s", page)
	}
	endBy(t, at+"end")
	if _, status := p.exit(); status != exitOK {
		t.Errorf("status %d", status)
	}
}

// TestBrowserVariable: without xdg-open, the browser that BROWSER names is started.
func TestBrowserVariable(t *testing.T) {
	h := newHome(t)
	browser := h.standIn()
	bin := filepath.Join(h.dir, "bin")
	if err := os.Rename(filepath.Join(bin, "xdg-open"), filepath.Join(bin, "seamonkey")); err != nil {
		t.Fatal(err)
	}
	for _, variable := range []string{"seamonkey", "nowhere:seamonkey %s", "seamonkey:nowhere"} {
		h.env = append(h.env, "PATH="+bin, "BROWSER="+variable)
		p := h.launch("plain", "-port", "0", "-no-tray")
		at := p.url()
		if opened := browser.next(); opened != at {
			t.Errorf("%s: %s was opened", variable, opened)
		}
		if out, _ := h.launch("plain", "-doctor").exit(); !strings.Contains(out, "✓ browser: "+bin+"/seamonkey, from the variable BROWSER\n") {
			t.Errorf("-doctor: %s", out)
		}
		endBy(t, at+"end")
		p.exit()
	}
}

// TestWhyNoBrowserOpens tells the owner the reason, not only an exit status.
func TestWhyNoBrowserOpens(t *testing.T) {
	for status, want := range map[string]string{"3": "/xdg-open has found no browser; install one", "4": "/xdg-open: exit status 4"} {
		h := newHome(t)
		h.standIn()
		opener := filepath.Join(h.dir, "bin", "xdg-open")
		if err := os.WriteFile(opener, []byte("#!/bin/sh\nexit "+status+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		p, says := h.launchToRead("plain", "-port", "0", "-no-tray")
		at := p.url()
		if line, err := says.ReadString('\n'); !strings.Contains(line, want) || !strings.Contains(line, "please open "+at) {
			t.Errorf("%q, %v", line, err)
		}
	}
}

func TestASecondLaunchTellsTheAddressWhereNoBrowserOpens(t *testing.T) {
	h := newHome(t)
	at := h.launch("plain", "-port", "0", "-no-browser", "-no-tray").url()
	h.env = append(h.env, "PATH="+h.dir) // nothing is there
	second := h.launch("plain", "-no-tray")
	if is := second.url(); is != at {
		t.Errorf("the second says %s, and the first is at %s", is, at)
	}
	if _, status := second.exit(); status != exitOK || !strings.Contains(second.stderr.String(), "please open "+at) {
		t.Errorf("status %d, %q", status, &second.stderr)
	}
	quiet := h.launch("plain", "-no-tray", "-no-browser")
	if _, status := quiet.exit(); status != exitOK || quiet.stderr.Len() > 0 {
		t.Errorf("told not to open it: status %d, %q", status, &quiet.stderr)
	}
}

// launchToRead is launch for those who read standard error as it comes.
func (h *home) launchToRead(kind string, args ...string) (*process, *bufio.Reader) {
	h.t.Helper()
	p := h.command(kind, args...)
	p.Cmd.Stderr = nil
	says, err := p.StderrPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() {
		p.Process.Kill()
		p.exit()
	})
	return p, bufio.NewReader(says)
}

func TestAFolderThatCannotBeMadeIsAFailedStartThatSaysWhatToDo(t *testing.T) {
	h := newHome(t)
	state := filepath.Join(h.dir, "state")
	if err := os.WriteFile(state, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	browser := h.standIn()
	// At login, too: there is no log.
	for _, args := range [][]string{nil, {"-no-browser"}} {
		p := h.launch("plain", append(args, "-no-tray")...)
		if page := get(t, browser.next()); !strings.Contains(page, state) {
			t.Errorf("%q: %s", args, page)
		}
		if _, status := p.exit(); status != exitError || !strings.Contains(p.stderr.String(), state) {
			t.Errorf("%q: status %d, %q", args, status, &p.stderr)
		}
	}
}

func TestAFolderThatIsSomebodyElsesIsAFailedStart(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: only root can give a folder to another")
	}
	h := newHome(t)
	state := filepath.Join(h.dir, "state", "plain")
	if err := os.MkdirAll(state, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(state, 65534, 65534); err != nil {
		t.Fatal(err)
	}
	browser := h.standIn()
	p := h.launch("plain", "-no-browser", "-no-tray")
	get(t, browser.next())
	if _, status := p.exit(); status != exitError || !strings.Contains(p.stderr.String(), "remove it or run the program as its owner") {
		t.Errorf("status %d, %q", status, &p.stderr)
	}
}

func TestALockThatCannotBeTakenIsAFailedStart(t *testing.T) {
	h := newHome(t)
	lock := filepath.Join(h.dir, "state", "plain", "instance.lock")
	if err := os.MkdirAll(lock, 0o700); err != nil {
		t.Fatal(err)
	}
	p := h.launch("plain", "-no-browser", "-no-tray")
	if _, status := p.exit(); status != exitError || !strings.Contains(p.stderr.String(), "cannot take the lock") || !strings.Contains(p.stderr.String(), lock) {
		t.Errorf("status %d, %q", status, &p.stderr)
	}
}

func TestALogThatCannotBeWrittenIsSaid(t *testing.T) {
	h := newHome(t)
	log := filepath.Join(h.dir, "state", "plain", "log.txt")
	if err := os.MkdirAll(log, 0o700); err != nil {
		t.Fatal(err)
	}
	p := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
	at := p.url()
	if page := get(t, at+"app.settings"); !strings.Contains(page, "The log cannot be written") {
		t.Errorf("the bar does not say so: %s", page)
	}
	resp, err := http.Get(at + "app.log")
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil || !strings.Contains(string(page), "The log cannot be read") {
		t.Errorf("%s, %v", page, err)
	}
	endBy(t, at+"end")
	if _, status := p.exit(); status != exitOK || !strings.Contains(p.stderr.String(), "the log cannot be written and goes here") {
		t.Errorf("status %d, %q", status, &p.stderr)
	}
}
