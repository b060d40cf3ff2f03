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
</script>`, proof.Times(8, 64)<<20)
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
var clients = map[string]func(url, file, rate string) []string{
	"curl":                curl(),
	"curl without Expect": curl("-H", "Expect:"),
	"curl chunked":        curl("-H", "Transfer-Encoding: chunked"),
	"requests": func(url, file, rate string) []string {
		return []string{"/usr/bin/python3", "-c", requestsScript, url, file, rate}
	},
}

func curl(headers ...string) func(url, file, rate string) []string {
	return func(url, file, rate string) []string {
		args := []string{"curl", "--disable", "--noproxy", "*", "--silent", "--show-error", "--include", "--limit-rate", rate, "--data-binary", "@" + file, url}
		return append(args, headers...)
	}
}

func TestUpload_clients(t *testing.T) {
	url, _ := serve(t)
	var tried, held atomic.Int32
	t.Run("all", func(t *testing.T) {
		for _, upload := range []struct{ size, rate int }{{1 << 20, 0}, {proof.Times(8, 64) << 20, 0}, {1 << 20, 100_000}} {
			file := filepath.Join(t.TempDir(), "upload")
			if err := os.WriteFile(file, []byte("a="+strings.Repeat("x", upload.size-2)), 0o600); err != nil {
				t.Fatal(err)
			}
			for page, want := range map[string][]string{"login": {"401", "Please log in."}, "form": {"413", "too large"}} {
				for name, command := range clients {
					t.Run(fmt.Sprintf("%s/%s/%d/%d", name, page, upload.size, upload.rate), func(t *testing.T) {
						t.Parallel()
						args := command(url+page, file, fmt.Sprint(upload.rate))
						if args[0] != "curl" || name != "curl" && upload.size > 1<<20 {
							proof.Only(t)
						}
						out, err := exec.Command(args[0], args[1:]...).CombinedOutput()
						if errors.Is(err, exec.ErrNotFound) || strings.Contains(string(out), "ModuleNotFoundError") {
							t.Skipf("no %s here (Debian packages curl, python3-requests)", name)
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
	proof.Held(t, "uploads that are answered before they are read show the answer to curl and Python", int(tried.Load()), int(held.Load()))
}

// What the page's script has seen in a browser is the answers.
func TestUpload_browsers(t *testing.T) {
	for browser, show := range map[string]func(t *testing.T, url string){
		"Chromium": func(t *testing.T, url string) { chrome.Do(t, chrome.Start(t), chromedp.Navigate(url)) },
		"Firefox": func(t *testing.T, url string) {
			proof.Only(t)
			desktop.Start(t).SpawnFirefox(false, url)
		},
	} {
		t.Run(browser, func(t *testing.T) {
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
