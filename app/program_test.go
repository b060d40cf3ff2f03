package app

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/instance"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/tray"
)

func TestOneLineIsPrintedWhenReady(t *testing.T) {
	p := launch(t, "plain", "-port", "0")
	at := p.url()
	if page := get(t, at); page != "home of plain" {
		t.Errorf("%q", page)
	}
	endBy(t, at+"end")
	if rest, status := p.exit(); rest != "" || status != exitOK || p.stderr.Len() > 0 {
		t.Errorf("more output %q, status %d, standard error %q", rest, status, &p.stderr)
	}
}

// endBy presses the button of a page that ends the program.
func endBy(t *testing.T, url string) {
	t.Helper()
	resp, err := http.PostForm(url, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s answers %s", url, resp.Status)
	}
}

func TestShutDownButtonEndsTheProgram(t *testing.T) {
	p := launch(t, "plain", "-port", "0")
	at := p.url()
	if page := get(t, at+"app.shutdown"); !strings.Contains(page, `method="post"`) {
		t.Error("the page has no button")
	}
	body := begin(t, at+"slow")
	endBy(t, at+"app.shutdown")
	if rest, err := body.ReadString('\n'); rest != "finished\n" {
		t.Errorf("%q, %v", rest, err)
	}
	if _, status := p.exit(); status != exitOK {
		t.Errorf("status %d, %s", status, &p.stderr)
	}
}

func TestBadArgumentsAreNamed(t *testing.T) {
	for _, args := range [][]string{{"-port", "x"}, {"-port", "65536"}, {"-port", "-1"}, {"-port", "6666"}, {"-unknown"}, {"file"}, {"open-url", "https://elsewhere.test/"}} {
		p := launch(t, "plain", args...)
		last := strings.TrimPrefix(args[min(1, len(args)-1)], "-")
		if args[0] == "open-url" {
			last = args[0]
		}
		if out, status := p.exit(); status != exitUsage || out != "" || !strings.Contains(p.stderr.String(), last) {
			t.Errorf("%q: status %d, %q, %q", args, status, out, &p.stderr)
		}
	}
}

func TestVersionAndHelp(t *testing.T) {
	if out, status := launch(t, "plain", "-version").exit(); status != exitOK || !strings.HasPrefix(out, "Plain 1.2.3 (go") {
		t.Errorf("status %d, %q", status, out)
	}
	p := launch(t, "plain", "-help")
	if _, status := p.exit(); status != exitOK || !strings.Contains(p.stderr.String(), "-no-browser") {
		t.Errorf("status %d, %q", status, &p.stderr)
	}
}

func TestAPluginThatCannotBeRegisteredIsAFailedStart(t *testing.T) {
	for kind, want := range map[string]string{"unfit": "no methlets", "nil": "cannot register nil"} {
		p := launch(t, kind)
		if _, status := p.exit(); status != exitError || !strings.Contains(p.stderr.String(), want) {
			t.Errorf("%s: status %d, %q", kind, status, &p.stderr)
		}
	}
}

func TestSelfTestTellsHowItWent(t *testing.T) {
	if out, status := launch(t, "plain", "-self-test").exit(); status != exitOK || !strings.Contains(out, "Self-test passed.") {
		t.Errorf("status %d, %q", status, out)
	}
	p := launch(t, "fails", "-self-test")
	if _, status := p.exit(); status != exitError || !strings.Contains(p.stderr.String(), "it is raining") {
		t.Errorf("status %d, %q", status, &p.stderr)
	}
}

func TestQuitEndsTheRunningProgramAndWaits(t *testing.T) {
	h := newHome(t)
	if out, status := h.launch("plain", "-quit").exit(); status != exitOK || out != "Plain was not running.\n" {
		t.Errorf("status %d, %q", status, out)
	}
	first := h.launch("flushes", "-port", "0", "-no-browser", "-no-tray")
	at := first.url()
	slow := begin(t, at+"slow")
	if out, status := h.launch("flushes", "-quit").exit(); status != exitOK || out != "Flushes has ended.\n" {
		t.Errorf("status %d, %q", status, out)
	}
	// It has ended, so all that it had to say is there already.
	if _, err := http.Get(at); err == nil {
		t.Error("it still answers")
	}
	if rest, err := slow.ReadString('\n'); rest != "finished\n" {
		t.Errorf("%q, %v", rest, err)
	}
	if rest, status := first.exit(); rest != "flushed\n" || status != exitOK {
		t.Errorf("status %d, %q", status, rest)
	}
}

// An uninstaller asks for the end when the owner may have done so already.
func TestQuitAskedTwiceCutsNothing(t *testing.T) {
	h := newHome(t)
	p := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
	body, release := hold(t, p.url())
	address, err := filepath.Glob(filepath.Join(h.dir, "*", "plain", "instance.address"))
	if err != nil || len(address) != 1 {
		t.Fatal(address, err)
	}
	for i := range 2 {
		if _, err := instance.Send(t.Context(), []string{filepath.Dir(address[0])}, commandQuit); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			if line, err := body.ReadString('\n'); line != "ending\n" {
				t.Fatalf("%q, %v", line, err)
			}
		}
	}
	release()
	if rest, err := body.ReadString('\n'); rest != "finished\n" {
		t.Errorf("%q, %v", rest, err)
	}
	if _, status := p.exit(); status != exitOK {
		t.Errorf("status %d, %s", status, &p.stderr)
	}
}

func TestPluginsFlushOnceAtTheEnd(t *testing.T) {
	p := launch(t, "spills", "-port", "0")
	endBy(t, p.url()+"end")
	rest, status := p.exit()
	if rest != "flushed\nflushed\n" {
		t.Errorf("two plug-ins, of which the first fails, say %q", rest)
	}
	if status != exitError || !strings.Contains(p.stderr.String(), "the disk is full") {
		t.Errorf("status %d, %q", status, &p.stderr)
	}
}

func TestThePortOfLastTimeIsUsed(t *testing.T) {
	h := newHome(t)
	port := quietPort(t)
	h.remember(strconv.Itoa(port))
	want := fmt.Sprintf("http://127.0.0.1:%d/", port)
	// A port that was asked for is for once.
	for _, args := range [][]string{nil, {"-port", "0"}, nil} {
		p := h.launch("plain", append(args, "-no-browser", "-no-tray")...)
		is := p.url()
		endBy(t, is+"end")
		p.exit()
		if (is == want) != (args == nil) {
			t.Errorf("with %q it is at %s, and was at %s", args, is, want)
		}
	}
}

// endAgainAt starts the program, which has to be found where it was, and ends it.
func (h *home) endAgainAt(was string) {
	h.t.Helper()
	p := h.launch("plain", "-no-browser", "-no-tray")
	is := p.url()
	endBy(h.t, is+"end")
	p.exit()
	if is != was {
		h.t.Errorf("it was at %s, and now is at %s", was, is)
	}
}

// quietPort returns a port that is free, and that no system hands out by itself.
func quietPort(t *testing.T) int {
	t.Helper()
	for range 100 {
		port := 20000 + rand.IntN(10000)
		if at, err := loopback.Listen(port); err == nil {
			loopback.Close(at)
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

func TestATakenPortIsLeftAlone(t *testing.T) {
	for _, address := range []string{"127.0.0.1", "::1"} {
		t.Run(address, func(t *testing.T) {
			taken, port := takePort(t, address)
			h := newHome(t)
			h.remember(port)
			p := h.launch("plain", "-no-browser", "-no-tray")
			at, err := url.Parse(p.url())
			if err != nil {
				t.Fatal(err)
			}
			if at.Port() == port {
				t.Fatalf("it is at %v, where somebody else is", at)
			}
			// The new one is remembered.
			taken.Close()
			endBy(t, at.String()+"end")
			p.exit()
			h.endAgainAt(at.String())
		})
	}
}

// takePort listens at a port of address that is free at both.
func takePort(t *testing.T, address string) (net.Listener, string) {
	t.Helper()
	both, err := loopback.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	if len(both) < 2 && address == "::1" {
		loopback.Close(both)
		t.Skip("not for computers without ::1")
	}
	for _, l := range both {
		if l.Addr().(*net.TCPAddr).IP.String() != address {
			l.Close()
			continue
		}
		t.Cleanup(func() { l.Close() })
		_, port, err := net.SplitHostPort(l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		return l, port
	}
	t.Fatal("no listener at " + address)
	return nil, ""
}

func (h *home) settingsFile() string { return filepath.Join(h.dir, "config", "plain", settingsName) }

// remember makes port the one of last time.
func (h *home) remember(port string) {
	h.t.Helper()
	file := h.settingsFile()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		h.t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(`{"port": `+port+`}`), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

func TestAPortThatWasAskedForAndIsTakenIsAnError(t *testing.T) {
	_, port := takePort(t, "127.0.0.1")
	p := launch(t, "plain", "-port", port)
	if _, status := p.exit(); status != exitError || !strings.Contains(p.stderr.String(), "port "+port+", which was asked for with -port, cannot be had; ask for another") {
		t.Errorf("status %d, %q", status, &p.stderr)
	}
}

func TestUploadsAreInThePrivateFolderAndGoneAfter(t *testing.T) {
	h := newHome(t)
	p := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
	at := p.url()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "large.txt")
	if err != nil {
		t.Fatal(err)
	}
	part.Write(bytes.Repeat([]byte("x"), 11<<20)) // more than is kept in memory
	form.Close()
	defer http.DefaultClient.CloseIdleConnections()
	var file string
	for range 2 {
		resp, err := http.Post(at+"upload", form.FormDataContentType(), bytes.NewReader(body.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		text.ReadFrom(resp.Body)
		resp.Body.Close()
		file = text.String()
		if !strings.HasPrefix(file, h.dir) || filepath.Base(filepath.Dir(file)) != "temp" || strings.Contains(file, "\n") {
			t.Errorf("the folder of temporary files has %q", file)
		}
		// What cleans up caches removes the folder.
		if err := os.RemoveAll(filepath.Dir(file)); err != nil {
			t.Fatal(err)
		}
	}
	endBy(t, at+"end")
	p.exit()
	if _, err := os.Stat(file); !os.IsNotExist(err) {
		t.Errorf("the upload is still there: %v", err)
	}
}

func TestWhatACrashLeftInTheTemporaryFolderIsRemoved(t *testing.T) {
	h := newHome(t)
	first := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
	first.url()
	temp, err := filepath.Glob(filepath.Join(h.dir, "*", "plain", "temp"))
	if err != nil || len(temp) != 1 {
		t.Fatal(temp, err)
	}
	left := filepath.Join(temp[0], "multipart-1")
	if err := os.WriteFile(left, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	first.Process.Kill()
	first.exit()
	second := h.launch("plain", "-port", "0", "-no-browser", "-no-tray")
	second.url()
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("it is still there: %v", err)
	}
}

func TestDamagedSettingsAreSaidAndSetAside(t *testing.T) {
	h := newHome(t)
	h.remember(`{"port`)
	p := h.launch("plain", "-no-browser", "-no-tray")
	if page := get(t, p.url()+"app.settings"); !strings.Contains(page, "damaged") || !strings.Contains(page, "the defaults hold") {
		t.Errorf("%s", page)
	}
	if aside, err := filepath.Glob(filepath.Join(h.dir, "config", "plain", settingsName+".damaged-*")); len(aside) != 1 {
		t.Errorf("%q, %v", aside, err)
	}
}

func TestAnIconWithoutPNGIsRefused(t *testing.T) {
	ico := []byte("icon")
	for _, icon := range []tray.Icon{{Template: ico}, {LightICO: ico}, {DarkICO: ico}} {
		if err := (&App{Name: "Plain", Icon: icon}).setDefaults(); err == nil || !strings.Contains(err.Error(), "App.Icon.PNG") {
			t.Errorf("%+v: %v", icon, err)
		}
	}
}

func TestQueriesAreNotLogged(t *testing.T) {
	h := newHome(t)
	p := h.launch("plain", "-port", "0", "-no-browser", "-no-tray", "-verbose")
	at := p.url()
	get(t, at+"nowhere?password=secret")
	get(t, at+"app.item?n=secret")
	get(t, at+"app.settings?port=secret")
	if page := get(t, at+"app.log"); strings.Contains(page, "secret") {
		t.Errorf("the log has a secret: %s", page)
	}
	endBy(t, at+"end")
	p.exit()
	if s := p.stderr.String(); strings.Contains(s, "secret") || !strings.Contains(s, "path=/nowhere") {
		t.Errorf("standard error: %s", s)
	}
}
