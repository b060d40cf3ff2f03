package early

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
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
	_, err := w.WriteString(`<!doctype html><title>uploads</title><script>
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
	for (const size of [1 << 20, 8 << 20, 64 << 20])
		for (const path of ["/login", "/form"])
			seen += path + " " + size / (1 << 20) + " MB: " + await upload(path, size) + "\n"
	await fetch("/seen", {method: "POST", body: new URLSearchParams({text: seen})})
	return seen
}
const result = all()
</script>`)
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

const urllibScript = `
import sys, time, urllib.request, urllib.error
url, file, rate = sys.argv[1], sys.argv[2], int(sys.argv[3])
data = open(file, "rb").read()
class Slow:
    def __init__(self): self.at = 0
    def read(self, n=-1):
        if not rate: n = len(data)
        else:
            time.sleep(.1); n = rate // 10
        piece = data[self.at:self.at + n]; self.at += len(piece)
        return piece
request = urllib.request.Request(url, data=Slow(), headers={"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(data))})
try:
    print(urllib.request.urlopen(request).status)
except urllib.error.HTTPError as e:
    print(e.code, e.read().decode())
`

const requestsScript = `
import sys, time, requests
url, file, rate = sys.argv[1], sys.argv[2], int(sys.argv[3])
session = requests.Session()
session.trust_env = False
data = open(file, "rb").read()
def slow():
    for at in range(0, len(data), rate // 10):
        time.sleep(.1)
        yield data[at:at + rate // 10]
answer = session.post(url, data=slow() if rate else data, headers={"Content-Type": "application/x-www-form-urlencoded"})
print(answer.status_code, answer.text)
`

// clients are the command lines that upload a file; rate is in bytes a second, or 0.
// All print the status and the page.
var clients = map[string]func(url, file string, rate int) []string{
	"curl": func(url, file string, rate int) []string {
		return []string{"curl", "--disable", "--noproxy", "*", "--silent", "--show-error", "--limit-rate", fmt.Sprint(rate), "--include", "--data-binary", "@" + file, url}
	},
	"curl without Expect": func(url, file string, rate int) []string {
		return []string{"curl", "--disable", "--noproxy", "*", "--silent", "--show-error", "--limit-rate", fmt.Sprint(rate), "--include", "-H", "Expect:", "--data-binary", "@" + file, url}
	},
	"curl chunked": func(url, file string, rate int) []string {
		return []string{"curl", "--disable", "--noproxy", "*", "--silent", "--show-error", "--limit-rate", fmt.Sprint(rate), "--include", "-H", "Transfer-Encoding: chunked", "--data-binary", "@" + file, url}
	},
	"wget": func(url, file string, rate int) []string {
		if rate > 0 {
			return nil // its limit is for downloads
		}
		return []string{"wget", "--no-config", "--no-proxy", "--quiet", "--tries=1", "--content-on-error", "--server-response", "--output-document=-", "--post-file=" + file, url}
	},
	"urllib": func(url, file string, rate int) []string {
		return []string{"/usr/bin/python3", "-c", urllibScript, url, file, fmt.Sprint(rate)}
	},
	"requests": func(url, file string, rate int) []string {
		return []string{"/usr/bin/python3", "-c", requestsScript, url, file, fmt.Sprint(rate)}
	},
}

func TestClients(t *testing.T) {
	url, _ := serve(t)
	dir := t.TempDir()
	var tried, held atomic.Int32
	t.Run("all", func(t *testing.T) {
		for _, upload := range []struct{ size, rate int }{{1 << 20, 0}, {8 << 20, 0}, {64 << 20, 0}, {1 << 20, 100_000}} {
			file := filepath.Join(dir, fmt.Sprint(upload.size))
			if err := os.WriteFile(file, []byte("a="+strings.Repeat("x", upload.size-2)), 0o600); err != nil {
				t.Fatal(err)
			}
			for page, want := range map[string][]string{"login": {"401", "Please log in."}, "form": {"413", "too large"}} {
				for name, command := range clients {
					args := command(url+page, file, upload.rate)
					if args == nil {
						continue
					}
					if args[0] == "wget" && page == "login" {
						want = want[:1] // it looks at no page of a refusal
					}
					t.Run(fmt.Sprintf("%s/%s/%d/%d", name, page, upload.size, upload.rate), func(t *testing.T) {
						t.Parallel()
						if args[0] != "curl" {
							proof.Only(t)
						}
						out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
						if errors.Is(err, exec.ErrNotFound) || strings.Contains(string(out), "ModuleNotFoundError") {
							t.Skipf("no %s here (Debian packages wget, python3-requests)", name)
						}
						tried.Add(1)
						for _, part := range want {
							if !strings.Contains(string(out), part) {
								t.Fatalf("%v\n%.2000s", err, out)
							}
						}
						held.Add(1)
					})
				}
			}
		}
	})
	proof.Held(t, "uploads that are answered before they are read show the answer to curl, wget and Python", int(tried.Load()), int(held.Load()))
}

// checkBrowser checks what OnHome's script has seen in a browser.
func checkBrowser(t *testing.T, browser, seen string) {
	lines := strings.Split(strings.TrimSpace(seen), "\n")
	held := 0
	for _, line := range lines {
		if strings.HasSuffix(line, ": 401") && strings.HasPrefix(line, "/login ") || strings.HasSuffix(line, ": 413") && strings.HasPrefix(line, "/form ") {
			held++
		} else {
			t.Error(browser, line)
		}
	}
	if len(lines) != 6 {
		t.Errorf("%s: %q", browser, seen)
	}
	proof.Held(t, "uploads that are answered before they are read show the answer in "+browser, len(lines), held)
}

func TestChromium(t *testing.T) {
	url, seen := serve(t)
	ctx := chrome.Start(t)
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	select {
	case got := <-seen:
		checkBrowser(t, "Chromium", got)
	case <-ctx.Done():
		t.Fatal(ctx.Err())
	}
}

func TestFirefox(t *testing.T) {
	proof.Only(t)
	url, seen := serve(t)
	desktop.Start(t).SpawnFirefox(false, url)
	checkBrowser(t, "Firefox", <-seen)
}
