package web

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/desk"
)

func TestGoodbye(t *testing.T) {
	s := serve(t, plain{})
	if page := s.submit(t, "/app.shutdown", ""); page.StatusCode != http.StatusOK || !strings.Contains(page.body, "<title>Goodbye – Plain</title>") || !strings.Contains(page.body, "Plain is finishing its work and will then shut down.") {
		t.Errorf("%s: %s", page.Status, page.body)
	}
	<-s.life.Ended()
}

func TestEvents(t *testing.T) {
	p := serve(t, sender{})
	resp, err := http.Get(p.url + "app.events")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	p.life.Shutdown()
	want := regexp.MustCompile(`^event: news\ndata: {"event":"\.program","data":"[0-9a-z]+"}\n\nevent: end\ndata:\n\n$`)
	if text, err := io.ReadAll(resp.Body); !want.Match(text) || err != nil {
		t.Errorf("%q, %v", text, err)
	}
}

// TestItemLocation: an item of the bar redirects to the page that it was on, and never to
// another site.
func TestItemLocation(t *testing.T) {
	s := serve(t, &doer{items: []desk.Item{{Label: "Do", Do: func(context.Context) error { return nil }}}})
	for page, want := range map[string]string{
		"/":                     "/",
		"/list?from=a%20b#here": "/list?from=a%20b#here",
		"/a//b":                 "/a//b",
		"":                      "/",
		"list":                  "/",
		"//evil.test":           "/",
		`/\evil.test`:           "/",
		"/\t/evil.test":         "/",
		"/\n/evil.test":         "/",
		"http://evil.test/":     "/",
		"javascript:alert(1)":   "/",
	} {
		got := s.submit(t, "/app.item", url.Values{"n": {"0"}, "label": {"Do"}, "page": {page}}.Encode())
		if at := got.Header.Get("Location"); got.StatusCode != http.StatusSeeOther || at != want {
			t.Errorf("from %q: %s to %q, want %q", page, got.Status, at, want)
		}
	}
}
