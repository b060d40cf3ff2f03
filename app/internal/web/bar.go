package web

import (
	"bytes"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/dev"
	"github.com/dibbler-app/dibbler/assets"
)

// A bar adds a tail to the end of every page of HTML: the script that
// tells open tabs of the program's end and, while no icon is shown or there are
// notices for the owner, the bar.
type bar struct {
	name    string
	notices func() []string
	restart func() bool // whether a restart is offered; when it changes, notices do
	shown   func() bool // the icon
	items   func() []desk.Item
	served  func() // is called after each request
	dev     *dev.Pipe
	next    http.Handler
	last    atomic.Pointer[barText]
}

func (c Config) bar(next http.Handler) *bar {
	return &bar{
		name:    c.Name,
		notices: c.notices,
		restart: func() bool { _, restart := c.Upgrade(); return restart },
		shown:   c.Desk.Shown,
		items:   c.Desk.Items,
		served:  c.Desk.Served,
		dev:     c.Dev,
		next:    next,
	}
}

// notices are shown to the owner on every page.
func (c Config) notices() []string {
	notices := slices.Clip(c.Warnings)
	if err := c.Filter.Unchecked(); err != nil {
		notices = append(notices, fmt.Sprintf("Other users of this computer are not kept out: %v.", err))
	}
	if text, _ := c.Upgrade(); text != "" {
		notices = append(notices, text)
	}
	if err := c.Journal.Retry(); err != nil {
		notices = append(notices, fmt.Sprintf("The log cannot be written: %v.", err))
	}
	return notices
}

// A barText is the tail as long as what it shows stays the same.
type barText struct {
	notices []string
	menu    bool
	items   []desk.Item
	text    []byte
}

// The tail stands after the end of the page, where browsers accept it. So nothing
// of the page has to be searched or held back. The template is for the bar, before the
// script. It is parsed apart from the others, because the first page may need it.
var barTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(assets.Web, "web/bar.html", "web/items.html"))
})

func (b *bar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	pw := &pageWriter{ResponseWriter: w, whole: isWholePage(r), dev: b.dev != nil}
	b.next.ServeHTTP(pw, r) // a page that panics gets no tail, so that it is cut
	pw.sendHeld()
	b.served()
	if !pw.html || r.Method == http.MethodHead {
		return
	}
	// The program's own pages have a menu of their own.
	tail, err := b.tail(!b.shown() && !isOwnPage(w.Header()), r.Method)
	if err != nil {
		slog.Error("bar of a page", "err", err)
		return
	}
	if _, err := w.Write(tail); err != nil {
		slog.Debug("bar of a page not sent", "err", err)
	}
}

// tail returns the tail, with the menu in the bar or without, which is seldom
// another than last time, except under dibble dev.
func (b *bar) tail(menu bool, method string) ([]byte, error) {
	notices, items := b.notices(), b.items()
	if last := b.last.Load(); b.dev == nil && last != nil && last.shows(notices, menu, items) {
		return last.text, nil
	}
	var text bytes.Buffer
	if menu || len(notices) > 0 || b.dev != nil {
		if err := barTemplate().Execute(&text, struct {
			Name    string
			Notices []string
			Restart bool
			Menu    bool
			Items   []desk.Item
			Dev     *devTail
		}{b.name, notices, b.restart(), menu, items, newDevTail(b.dev, method)}); err != nil {
			return nil, err
		}
	}
	b.writeScript(&text)
	b.last.Store(&barText{notices, menu, items, text.Bytes()})
	return text.Bytes(), nil
}

// writeScript writes what every page has. It needs no template, which most programs
// then never parse.
func (b *bar) writeScript(to *bytes.Buffer) {
	under := ""
	if b.dev != nil {
		under = ` data-dev="true"`
	}
	fmt.Fprintf(to, `<script src="%s" data-name="%s"%s async></script>`, script().url, template.HTMLEscapeString(b.name), under)
}

// shows reports whether t is the tail for these values.
func (t *barText) shows(notices []string, menu bool, items []desk.Item) bool {
	return t.menu == menu && slices.Equal(t.notices, notices) && slices.EqualFunc(t.items, items, func(a, b desk.Item) bool {
		return a.Label == b.Label && a.Page == b.Page && (a.Do == nil) == (b.Do == nil) && a.Checkable == b.Checkable && a.Checked == b.Checked
	})
}
