package web

import (
	"fmt"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/notice"
	"github.com/dibbler-app/dibbler/tray"
)

// serveNotices serves a site on a desktop that cannot show notices.
func serveNotices(t *testing.T) (s *site, given *Site) {
	t.Helper()
	s = serve(t, plain{}, routed(func(g *Site) error { given = g; return nil }))
	s.broken.Store(true)
	return s, given
}

// told returns the data of the notices' event, with N for random IDs.
func (s *Site) told() string {
	news, _, _ := s.own.events.since(0)
	all := ""
	for _, n := range news {
		all += string(n.text)
	}
	return regexp.MustCompile(`[A-Z2-7]{26}`).ReplaceAllString(all, "N")
}

func (s *Site) titles() (titles []string) {
	for _, item := range s.own.notices.info().Items {
		titles = append(titles, item.Label)
	}
	return titles
}

// If the desktop cannot show a notice, pages, the menu and the tooltip show it.
func TestNotify(t *testing.T) {
	s, site := serveNotices(t)
	site.Notify(notice.Notice{Title: "Saved <b>", Text: "3 < 4", Page: "/report?n=3"})
	if got, want := site.told(), `{"event":".notices","data":[{"id":"N","title":"Saved \u003cb\u003e","text":"3 \u003c 4","link":"/app.notice?id=N\u0026page=%2Freport%3Fn%3D3"}]}`; got != want {
		t.Errorf("pages are told %s, want %s", got, want)
	}
	s.Desk.Refresh()
	if items := s.Desk.Items(); len(items) != 1 || items[0].Label != "Saved <b>" {
		t.Fatalf("the menu has %+v", items)
	}
	if info := site.own.notices.info(); info.Status != tray.Attention || !slices.Equal(info.Tooltip, []string{"Saved <b>"}) {
		t.Errorf("the icon shows %+v", info)
	}
	page := site.own.notices.info().Items[0].Page
	for _, ahead := range []string{"HEAD %s HTTP/1.1\nHost: 127.0.0.1:P\n\n", "GET %s HTTP/1.1\nHost: 127.0.0.1:P\nSec-Purpose: prefetch;prerender\n\n"} {
		if got := s.raw(t, fmt.Sprintf(ahead, page)); got.StatusCode != 303 || len(site.titles()) != 1 {
			t.Errorf("before it is opened: %s, notices %q", got.Status, site.titles())
		}
	}
	for range 2 { // clicks
		if got := s.page(t, page); got.StatusCode != 303 || got.Header.Get("Location") != "/report?n=3" || len(site.titles()) > 0 {
			t.Errorf("the menu item leads to %s, %s, notices %q", got.Status, got.Header.Get("Location"), site.titles())
		}
	}
	if got := s.page(t, "/app.notice?id=1&page=//elsewhere.test"); got.StatusCode != 404 {
		t.Errorf("a link to another site: %s, %s", got.Status, got.Header.Get("Location"))
	}
	if got, want := site.told(), `{"event":".notices","data":[]}`; got != want {
		t.Errorf("pages get %s, want %s", got, want)
	}
}

func TestNotify_close(t *testing.T) {
	s, site := serveNotices(t)
	site.Notify(notice.Notice{Title: "Saved", Page: "/"})
	s.broken.Store(false)
	_, before, _ := site.own.events.since(0)
	site.Notify(notice.Notice{Title: "Shown by the desktop", Page: "/"})
	if news, _, _ := site.own.events.since(before); news != nil {
		t.Errorf("pages get %s for a notice that the desktop shows", site.told())
	}
	_, form, _ := strings.Cut(site.own.notices.info().Items[0].Page, "?")
	if got := s.submit(t, "/app.notice", form); got.StatusCode != 204 || len(site.titles()) > 0 {
		t.Errorf("%s, notices %q", got.Status, site.titles())
	}
}

// A notice replaces an earlier one with the same title, wherever that is shown.
func TestNotify_replace(t *testing.T) {
	s, site := serveNotices(t)
	for i := range maxNotices + 5 {
		site.Notify(notice.Notice{Title: fmt.Sprint("Notice ", i), Page: "/"})
		site.Notify(notice.Notice{Title: "Same", Page: "/"})
	}
	titles := site.titles() // newest first
	if len(titles) != maxNotices || titles[0] != "Same" || titles[1] != fmt.Sprint("Notice ", maxNotices+4) || slices.Contains(titles[1:], "Same") {
		t.Errorf("%q", titles)
	}
	for len(s.Desk.Items()) != maxNotices { // the items are updated in the background
		runtime.Gosched()
	}
	s.broken.Store(false)
	site.Notify(notice.Notice{Title: "Same", Page: "/"})
	site.Notify(notice.Notice{Title: "Other", Page: "/"})
	if got := site.titles(); !slices.Equal(got, titles[1:]) {
		t.Errorf("after the desktop has shown it: %q", got)
	}
}
