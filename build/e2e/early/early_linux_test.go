package early

import (
	"context"
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/dibbler"
)

// pages refuse uploads.
type pages struct{ seen chan string }

// OnLogin does not read the body.
func (pages) OnLogin(w *dibbler.Response, r *http.Request) error {
	return &dibbler.Error{Status: http.StatusUnauthorized, Message: "Please log in."}
}

// OnForm has a form, for which most uploads are too large.
func (pages) OnForm(w *dibbler.Response, r *http.Request, form struct{ A string }) error {
	_, err := w.WriteString("saved")
	return err
}

// OnHome sends uploads as the scripts of a browser do, and tells OnSeen.
func (pages) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := fmt.Fprintf(w, `<!doctype html><title>uploads</title><script>
async function upload(path, size) {
	try {
		const form = new URLSearchParams({a: "x".repeat(size)})
		const answer = await fetch(path, {method: "POST", body: form})
		return answer.status + ((await answer.text()).includes("<title>") ? "" : " without its page")
	} catch (err) {
		return String(err)
	}
}
async function all() {
	let seen = ""
	for (const size of [1 << 20, %d])
		for (const path of ["/login", "/form"])
			seen += path + " " + size / 1048576 + " MB: " + await upload(path, size) + "\n"
	await fetch("/seen", {method: "POST", body: new URLSearchParams({text: seen})})
	return seen
}
const result = all()
</script>`, 64<<20)
	return err
}

func (p pages) OnSeen(w *dibbler.Response, r *http.Request, form struct{ Text string }) error {
	p.seen <- form.Text
	return nil
}

// serve serves the pages and returns their URL.
func serve(t *testing.T) (url string, seen chan string) {
	s := &dibbler.Server{Addr: "127.0.0.1:0", MaxBody: 100 << 10}
	seen = make(chan string, 1)
	if err := s.Register(pages{seen}); err != nil {
		t.Fatal(err)
	}
	env := new(dibbler.Context)
	if err := env.Add(s); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- env.Run(context.Background()) }()
	t.Cleanup(func() {
		env.Stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s.URL(), seen
}

// urllibScript sends a file at a rate in bytes a second, or as fast as it can, and does
// not read before it has sent all.
const urllibScript = `
import sys, time, urllib.request, urllib.error
url, size, rate = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
class Upload:
    left = size
    def read(self, n=-1):
        if rate:
            time.sleep(.1)
        piece = b"a=" + b"x" * (min(self.left, rate // 10 or size) - 2) if self.left else b""
        self.left -= len(piece)
        return piece
request = urllib.request.Request(url, data=Upload(), headers={"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(size)})
try:
    print(urllib.request.urlopen(request).status)
except urllib.error.HTTPError as e:
    print(e.code, e.read().decode())
`

func TestUpload_python(t *testing.T) {
	desktop.Need(t, "python3", "python3")
	url, _ := serve(t)
	tried, held := 0, 0
	for _, upload := range [][2]int{{1 << 20, 0}, {proof.Times(8, 64) << 20, 0}, {proof.Times(300_000, 1<<20), 100_000}} {
		for page, want := range map[string][2]string{"login": {"401 ", "Please log in."}, "form": {"413 ", "too large"}} {
			tried++
			out, err := exec.Command("python3", "-c", urllibScript, url+page, fmt.Sprint(upload[0]), fmt.Sprint(upload[1])).CombinedOutput()
			if !strings.HasPrefix(string(out), want[0]) || !strings.Contains(string(out), want[1]) {
				t.Errorf("%d bytes to %s: %v\n%.2000s", upload[0], page, err, out)
				continue
			}
			held++
		}
	}
	proof.Held(t, "uploads that are answered before they are read show the answer to Python", tried, held)
}

// What the page's script has seen in a browser is the answers.
func TestUpload_browsers(t *testing.T) {
	for browser, show := range map[string]func(t *testing.T, url string){
		"Chromium": func(t *testing.T, url string) { chrome.Do(t, chrome.Start(t), chromedp.Navigate(url)) },
		"Firefox":  func(t *testing.T, url string) { desktop.Start(t).SpawnFirefox(false, url) },
	} {
		t.Run(browser, func(t *testing.T) {
			proof.Only(t)
			url, seen := serve(t)
			show(t, url)
			lines := strings.Split(strings.TrimSpace(<-seen), "\n")
			held := 0
			for _, line := range lines {
				if strings.HasSuffix(line, ": 401") && strings.HasPrefix(line, "/login ") || strings.HasSuffix(line, ": 413") && strings.HasPrefix(line, "/form ") {
					held++
				} else {
					t.Error(line)
				}
			}
			proof.Held(t, "uploads that are answered before they are read show the answer in "+browser, 4, held)
		})
	}
}
