package early

import (
	"fmt"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/server"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/dibbler"
)

// pages refuse uploads, and get a browser's report of the answers.
type pages struct{ report chan string }

// OnLogin does not read the body.
func (pages) OnLogin(w *dibbler.Response, r *http.Request) error {
	return &dibbler.Error{Status: http.StatusUnauthorized, Message: "Please log in."}
}

// OnForm has a form, for which the uploads are too large.
func (pages) OnForm(w *dibbler.Response, r *http.Request, form struct{ A string }) error {
	return nil
}

// OnHome has a script that sends uploads and reports the answers.
func (pages) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString(`<!DOCTYPE html><title>Uploads</title><script>
(async () => {
	let report = ""
	for (const size of [1 << 20, 64 << 20])
		for (const page of ["login", "form"]) {
			const body = new URLSearchParams({a: "x".repeat(size)})
			report += size + " bytes to " + page + ": " + await fetch(page, {method: "POST", body}).then(
				async answer => answer.status + " " + (await answer.text()).match(/<title>.*/), String) + "\n"
		}
	await fetch("/report", {method: "POST", body: new URLSearchParams({Text: report})})
})()
</script>`)
	return err
}

func (p pages) OnReport(w *dibbler.Response, r *http.Request, form struct{ Text string }) error {
	p.report <- form.Text
	return nil
}

func serve(t *testing.T) (url string, report chan string) {
	report = make(chan string, 1)
	return server.Start(t, &dibbler.Server{MaxBody: 100 << 10}, pages{report}), report
}

// refusals are the statuses with which pages refuse uploads.
var refusals = map[string]string{"login": "401 ", "form": "413 "}

// urllibScript sends an upload at a rate in bytes a second, or as fast as it can. It does
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
	for _, u := range []struct{ size, rate int }{{1 << 20, 0}, {proof.Times(8, 64) << 20, 0}, {proof.Times(300_000, 1<<20), 100_000}} {
		for page, status := range refusals {
			tried++
			out, err := exec.Command("python3", "-c", urllibScript, url+page, fmt.Sprint(u.size), fmt.Sprint(u.rate)).CombinedOutput()
			if !strings.HasPrefix(string(out), status) || !strings.Contains(string(out), "<title>") {
				t.Errorf("upload of %d bytes to %s: %v, %.2000s; want %sand a page", u.size, page, err, out, status)
				continue
			}
			held++
		}
	}
	proof.Held(t, "Python sees the answers to uploads that are refused early", tried, held)
}

func TestUpload_browsers(t *testing.T) {
	for browser, show := range map[string]func(t *testing.T, url string){
		"Chromium": func(t *testing.T, url string) { chrome.Do(t, chrome.Start(t), chromedp.Navigate(url)) },
		"Firefox":  func(t *testing.T, url string) { desktop.Start(t).SpawnFirefox(false, url) },
	} {
		t.Run(browser, func(t *testing.T) {
			proof.Only(t)
			url, report := serve(t)
			show(t, url)
			held := 0
			for line := range strings.Lines(<-report) {
				upload, answer, _ := strings.Cut(line, ": ")
				if _, page, _ := strings.Cut(upload, " to "); strings.HasPrefix(answer, refusals[page]) && strings.Contains(answer, "<title>") {
					held++
				} else {
					t.Errorf("upload of %s: %s; want %sand a page", upload, answer, refusals[page])
				}
			}
			proof.Held(t, browser+" sees the answers to uploads that are refused early", 4, held)
		})
	}
}
