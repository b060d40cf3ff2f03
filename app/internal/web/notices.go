package web

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"sync"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/notice"
	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
)

// noticesEvent is the event with the notices for pages. Plug-ins cannot publish it.
const noticesEvent = ".notices"

// maxNotices limits the notices on pages.
const maxNotices = 20

// notices holds the notices that the desktop has not shown. The icon's menu and open
// pages show them until the owner has opened or closed them.
type notices struct {
	mu  sync.Mutex
	all []pageNotice // oldest first
}

// A pageNotice is a notice for pages, in JSON, and for the icon.
type pageNotice struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Text  string `json:"text"`
	Link  string `json:"link"` // to the page of the notice, which removes the notice
}

// Notify shows n on the desktop or, if that fails, in the icon's menu and on open pages.
func (s *Site) Notify(n notice.Notice) {
	s.c.Desk.Notify(n, func(err error) {
		if err != nil {
			slog.Warn("the desktop cannot show a notice; the pages show it", "notice", n.Title, "err", err)
			s.showNotices.Do(func() { s.c.Desk.AddTray("notices", s.own.notices.info) })
		}
		s.own.changeNotices(func(all []pageNotice) []pageNotice {
			all = slices.DeleteFunc(all, func(p pageNotice) bool { return p.Title == n.Title })
			if err != nil {
				id := rand.Text()
				all = append(all, pageNotice{id, n.Title, n.Text, "/app.notice?" + url.Values{"id": {id}, "page": {n.Page}}.Encode()})
			}
			return all[max(0, len(all)-maxNotices):]
		})
	})
}

// changeNotices changes the notices, and updates open pages and the icon.
func (p pages) changeNotices(change func(all []pageNotice) []pageNotice) {
	p.notices.mu.Lock()
	defer p.notices.mu.Unlock() // after publishing, so that pages get the latest last
	before := p.notices.all
	p.notices.all = change(slices.Clone(before))
	if slices.Equal(p.notices.all, before) {
		return
	}
	if err := p.events.put(noticesEvent, p.notices.all); err != nil {
		slog.Warn("cannot show notices on pages", "err", err)
	}
	p.Desk.Update()
}

// info returns the icon's part for the notices.
func (l *notices) info() (info desk.Info) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, n := range slices.Backward(l.all) {
		info.Status = tray.Attention
		info.Tooltip = append(info.Tooltip, n.Title)
		info.Items = append(info.Items, desk.Item{Label: n.Title, Page: n.Link})
	}
	return info
}

// OnAppNotice removes a notice when the owner opens its page or, with POST, closes it. A
// second click on the link also opens the page. Prefetching the page does not remove the
// notice.
func (p pages) OnAppNotice(w *dibbler.Response, r *http.Request, form struct {
	ID   string `schema:"id"`
	Page string `schema:"page"`
}) error {
	if isShown(r) {
		p.changeNotices(func(all []pageNotice) []pageNotice {
			return slices.DeleteFunc(all, func(n pageNotice) bool { return n.ID == form.ID })
		})
	}
	switch {
	case r.Method == http.MethodPost:
		w.WriteHeader(http.StatusNoContent)
		return nil
	case !loopback.IsPage(form.Page):
		return &dibbler.Error{Status: http.StatusNotFound, Message: "There is no such notice."}
	}
	return redirect(w, form.Page)
}
