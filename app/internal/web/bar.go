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

// A bar adds a tail to the end of every HTML page. The tail has the program's script and,
// if no icon is shown or there are notices for the owner, the bar.
type bar struct {
	Config
	next http.Handler
	last atomic.Pointer[barText]
}

func (c Config) bar(next http.Handler) *bar { return &bar{Config: c, next: next} }

// notices returns the notices that every page shows.
func (c Config) notices() []string {
	notices := slices.Clip(c.Warnings)
	if err := c.Filter.Unchecked(); err != nil {
		notices = append(notices, fmt.Sprintf("Other users of this computer can use this program: %v.", err))
	}
	if text, _ := c.Upgrade(); text != "" {
		notices = append(notices, text)
	}
	if err := c.Journal.Retry(); err != nil {
		notices = append(notices, fmt.Sprintf("The log cannot be written: %v.", err))
	}
	return notices
}

// A barText is a tail with the values that it shows.
type barText struct {
	notices []string
	menu    bool
	items   []desk.Item
	text    []byte
}

// barTemplate is the template of the bar, which is before the script in the tail. The
// tail comes after the end of the page, which browsers accept. So the page need not be
// parsed or buffered. The template is parsed separately, because the first page may need
// it.
var barTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.ParseFS(assets.Web, "web/bar.html", "web/items.html"))
})

func (b *bar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	pw := &pageWriter{ResponseWriter: w, whole: isWholePage(r), dev: b.Dev != nil}
	b.next.ServeHTTP(pw, r) // a page that panics gets no tail, so it is cut
	pw.sendHeld()
	b.Desk.Served()
	if !pw.html || r.Method == http.MethodHead {
		return
	}
	// The program's own pages have a menu, so they need no bar.
	tail, err := b.tail(!b.Desk.Shown() && !isOwnPage(w.Header()), r.Method)
	if err != nil {
		slog.Error("cannot make the bar of a page", "err", err)
		return
	}
	if _, err := w.Write(tail); err != nil {
		slog.Debug("cannot send the bar of a page", "err", err)
	}
}

// tail returns the tail, with or without the menu in the bar. It keeps the last tail,
// which seldom changes except under dibble dev.
func (b *bar) tail(menu bool, method string) ([]byte, error) {
	notices, items := b.notices(), b.Desk.Items()
	if last := b.last.Load(); b.Dev == nil && last != nil && last.shows(notices, menu, items) {
		return last.text, nil
	}
	var text bytes.Buffer
	if menu || len(notices) > 0 || b.Dev != nil {
		_, restart := b.Upgrade() // it changes only together with a notice
		if err := barTemplate().Execute(&text, struct {
			Name    string
			Notices []string
			Restart bool
			Menu    bool
			Items   []desk.Item
			Dev     *dev.Pipe
			Script  string // of pages under dibble dev
			Method  string // of the request for the page
		}{b.Name, notices, restart, menu, items, b.Dev, devScript().url, method}); err != nil {
			return nil, err
		}
	}
	b.writeScript(&text)
	b.last.Store(&barText{notices, menu, items, text.Bytes()})
	return text.Bytes(), nil
}

// writeScript writes the script element of every page. It does not use the template, so
// most programs never parse that.
func (b *bar) writeScript(to *bytes.Buffer) {
	under := ""
	if b.Dev != nil {
		under = ` data-dev="true"`
	}
	fmt.Fprintf(to, `<script src="%s" data-name="%s"%s async></script>`, script().url, template.HTMLEscapeString(b.Name), under)
}

// shows reports whether t shows these values.
func (t *barText) shows(notices []string, menu bool, items []desk.Item) bool {
	return t.menu == menu && slices.Equal(t.notices, notices) && slices.EqualFunc(t.items, items, func(a, b desk.Item) bool {
		return a.Label == b.Label && a.Page == b.Page && (a.Do == nil) == (b.Do == nil) && a.Checkable == b.Checkable && a.Checked == b.Checked
	})
}
