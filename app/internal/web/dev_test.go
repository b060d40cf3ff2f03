package web

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/dev"
)

// underDev serves plain and sender as if dibble dev had started them, and returns a
// writer for more states.
func underDev(t *testing.T) (*site, io.Writer) {
	t.Helper()
	r, w := io.Pipe()
	go io.WriteString(w, `{"version":"v1"}`)
	pipe, err := dev.Open(r)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		pipe.Follow()
	}()
	t.Cleanup(func() {
		w.Close()
		<-done
	})
	return serveConfig(t, Config{Plugins: []any{sender{}}, Dev: pipe}), w
}

func TestDev_tail(t *testing.T) {
	s, w := underDev(t)
	tail := func(version, method string) string {
		return fmt.Sprintf(`<script src="%s" data-version="%s" data-method="%s"></script><script src="%s" data-name="Plain" data-dev="true" async></script>`,
			devScript().url, version, method, script().url)
	}
	if page := s.page(t, "/file").body; !strings.HasSuffix(page, tail("v1", "GET")) {
		t.Errorf("%s", page)
	}
	if page := s.raw(t, "POST /file HTTP/1.1\nHost: 127.0.0.1:P\nAccept: text/html\nConnection: close\nContent-Length: 0\n\n").body; !strings.HasSuffix(page, tail("v1", "POST")) {
		t.Errorf("after a form: %s", page)
	}
	// An error page of package dibbler forbids scripts, except under dibble dev.
	if page := s.page(t, "/nowhere"); !strings.HasSuffix(page.body, tail("v1", "GET")) || !allowsTail(page.Header["Content-Security-Policy"]) {
		t.Errorf("of an error: %s", page.body)
	}
	if page := s.page(t, "/header?Content-Type=text/html&Content-Security-Policy=default-src+'none'").body; strings.Contains(page, "/app.js") {
		t.Errorf("under a policy of its own: %s", page)
	}
	told := listenAsPage(t, s)
	told(`{"event":".dev","data":{"version":"v1","problems":null}}`)
	io.WriteString(w, `{"version":"v2","problems":[{"title":"Vet","text":"<b>","minor":true}]}`)
	told(`{"event":".dev","data":{"version":"v2","problems":[{"title":"Vet","text":"\u003cb\u003e","minor":true}]}}`)
	if page := s.page(t, "/file").body; !strings.HasSuffix(page, tail("v2", "GET")) {
		t.Errorf("of another version: %s", page)
	}
}

// listenAsPage connects like a page, and returns a function that waits for an event.
func listenAsPage(t *testing.T, s *site) func(want string) {
	t.Helper()
	resp, err := http.Get(s.url + "app.events")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	lines := bufio.NewScanner(resp.Body)
	return func(want string) {
		t.Helper()
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && !strings.Contains(data, `".program"`) {
				if data != want {
					t.Errorf("told %s, want %s", data, want)
				}
				return
			}
		}
		t.Error("the events have ended")
	}
}

func TestDev_script(t *testing.T) {
	s, _ := underDev(t)
	if got := s.page(t, devScript().url); got.StatusCode != 200 || got.body != string(devScript().content) {
		t.Errorf("%s", got.Status)
	}
	if got := serve(t, plain{}).page(t, "/app.dev.js"); got.StatusCode != 404 {
		t.Errorf("without dibble dev: %s", got.Status)
	}
}
