// Package login tests that real clients log in with Basic and Digest authentication.
package login

import (
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"go.uber.org/goleak"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/internal/server"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/dibbler"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	user     = "ada"
	password = "difference-engine"
)

var schemes = map[string]func() dibbler.Authenticator{
	"Basic": func() dibbler.Authenticator {
		return &dibbler.Basic{Check: func(name, p string) bool {
			return name == user && subtle.ConstantTimeCompare([]byte(p), []byte(password)) == 1
		}}
	},
	"Digest": func() dibbler.Authenticator {
		return &dibbler.Digest{Password: func(name string) (string, bool) { return password, name == user }}
	},
}

// A site has pages for people who log in.
type site struct {
	url   *url.URL
	shown atomic.Int32

	mu     sync.Mutex
	scheme string
	auth   dibbler.Authenticator
}

type noteForm struct{ Note string }

func (s *site) OnHome(w *dibbler.Response, r *http.Request, form noteForm) error {
	s.shown.Add(1)
	w.WriteOKHeaders("text/plain")
	_, err := fmt.Fprintf(w, "%s is logged in and sends %d bytes\n", w.User(), len(form.Note))
	return err
}

// OnNewKey makes all nonces invalid, as a restart of the program does.
func (s *site) OnNewKey(w *dibbler.Response, r *http.Request) error {
	s.mu.Lock()
	s.auth = schemes[s.scheme]()
	s.mu.Unlock()
	return s.OnHome(w, r, noteForm{})
}

// Authenticate implements [dibbler.Authenticator].
func (s *site) Authenticate(r *http.Request) (string, error) {
	s.mu.Lock()
	auth := s.auth
	s.mu.Unlock()
	return auth.Authenticate(r)
}

func serve(t *testing.T, scheme string) *site {
	t.Helper()
	s := &site{scheme: scheme, auth: schemes[scheme]()}
	var err error
	if s.url, err = url.Parse(server.Start(t, &dibbler.Server{Auth: s}, s)); err != nil {
		t.Fatal(err)
	}
	return s
}

// wantPages fails the test unless output has n pages, and methlets ran n times.
func (s *site) wantPages(t *testing.T, output string, n int) {
	t.Helper()
	seen, shown := strings.Count(output, user+" is logged in"), int(s.shown.Load())
	if seen != n || shown != n {
		t.Errorf("%d pages were seen, methlets ran %d times; want %d of both. Output:\n%s", seen, shown, n, output)
	}
}

// Clients see pages with the right password, and none with a wrong one. They send forms,
// and log in again by themselves when the server has restarted.
func TestLogin_clients(t *testing.T) {
	const size = 100_000
	form := filepath.Join(t.TempDir(), "form")
	if err := os.WriteFile(form, []byte("Note="+strings.Repeat("x", size)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range clients {
		t.Run(c.name+" to "+c.scheme, func(t *testing.T) {
			if c.program != "curl" {
				proof.Only(t) // one program is enough for a quick run
			}
			s := serve(t, c.scheme)
			home, times := s.url.String(), proof.Times(2, 50)
			s.wantPages(t, c.run(t, user, "wrong", "", slices.Repeat([]string{home}, times)...), 0)
			s.wantPages(t, c.run(t, "eve", password, "", slices.Repeat([]string{home}, times)...), 0)
			pages := slices.Repeat([]string{home, s.url.JoinPath("new.key").String()}, times)
			output := c.run(t, user, password, "", pages...) + c.run(t, user, password, form, home)
			s.wantPages(t, output, 2*times+1)
			if want := fmt.Sprintf("sends %d bytes", size); !strings.Contains(output, want) {
				t.Errorf("got %s; want a page that says %q", output, want)
			}
		})
	}
}

// Chromium logs in with the name and password in an address, and uses them for the pages
// that follow.
func TestLogin_chromium(t *testing.T) {
	for scheme := range schemes {
		t.Run(scheme, func(t *testing.T) {
			s := serve(t, scheme)
			tab := chrome.Start(t)
			address := func(page string, who *url.Userinfo) string {
				at := *s.url.JoinPath(page)
				at.User = who
				return at.String()
			}
			for _, who := range []*url.Userinfo{nil, url.UserPassword(user, "wrong"), url.UserPassword("eve", password)} {
				if err := chromedp.Do(tab, chromedp.Navigate(address("", who))); err == nil || !strings.Contains(err.Error(), "INVALID_AUTH") {
					t.Errorf("as %v: %v; want INVALID_AUTH", who, err)
				}
			}
			s.wantPages(t, "", 0)
			text := ""
			show := func(page string, who *url.Userinfo) {
				t.Helper()
				chrome.Do(t, tab, chromedp.Navigate(address(page, who)), chromedp.WaitReady(chromedp.CSS("pre")))
				text += chrome.Eval[string](t, tab, `document.querySelector("pre").innerText`) + "\n"
			}
			show("", url.UserPassword(user, password))
			show("", nil)
			text += chrome.Eval[string](t, tab, `Promise.all(Array.from({length: 40}, (_, i) =>
				fetch("/?" + i).then(answer => answer.text()))).then(pages => pages.join("\n"))`)
			show("new.key", nil)
			show("", nil)
			s.wantPages(t, text, 44)
		})
	}
}
