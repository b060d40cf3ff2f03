package web

import (
	"bytes"
	"html/template"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A bar adds the program's line to the end of every page of HTML: the script that
// says goodbye in open tabs, notices for the owner and, while no icon is shown, the
// bar in its place.
type bar struct {
	name    string
	notices func() []string
	restart func() bool // whether a restart is offered; when it changes, notices do
	shown   func() bool // the icon
	items   func() []dibbler.TrayItem
	served  func() // is called after each request
	next    http.Handler
	last    atomic.Pointer[barText]
}

// A barText is the line as long as what it shows stays the same.
type barText struct {
	notices []string
	shown   bool
	items   []dibbler.TrayItem
	text    []byte
}

// The script stands after the end of the page, where browsers accept
// it. So nothing of the page has to be searched or held back.
const scriptLine = `<script src="/app.js" data-name="{{.}}" async></script>` + "\n"

// barTemplate is parsed apart from the others, because the first page needs it.
var barTemplate = sync.OnceValue(func() *template.Template {
	line := template.Must(template.New("script").Parse(scriptLine))
	return template.Must(line.ParseFS(assets.Web, "web/bar.html"))
})

func (b *bar) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	pw := &pageWriter{ResponseWriter: w, whole: isWholePage(r)}
	b.next.ServeHTTP(pw, r) // a page that panics gets no line, so that it is cut
	pw.sendHeld()
	b.served()
	if !pw.html || r.Method == http.MethodHead {
		return
	}
	line, err := b.line()
	if err != nil {
		slog.Error("line at the end of a page", "err", err)
		return
	}
	if _, err := w.Write(line); err != nil {
		slog.Debug("line at the end of a page not sent", "err", err)
	}
}

// line returns the line, which is seldom another than last time.
func (b *bar) line() ([]byte, error) {
	notices, shown, items := b.notices(), b.shown(), b.items()
	if last := b.last.Load(); last != nil && last.shows(notices, shown, items) {
		return last.text, nil
	}
	var text bytes.Buffer
	if err := barTemplate().ExecuteTemplate(&text, "script", b.name); err != nil {
		return nil, err
	}
	if err := barTemplate().ExecuteTemplate(&text, "bar.html", struct {
		Name    string
		Notices []string
		Restart bool
		Tray    bool
		Items   []dibbler.TrayItem
	}{b.name, notices, b.restart(), shown, items}); err != nil {
		return nil, err
	}
	b.last.Store(&barText{notices, shown, items, text.Bytes()})
	return text.Bytes(), nil
}

// shows reports whether t is the line for these values.
func (t *barText) shows(notices []string, shown bool, items []dibbler.TrayItem) bool {
	return t.shown == shown && slices.Equal(t.notices, notices) && slices.EqualFunc(t.items, items, func(a, b dibbler.TrayItem) bool {
		return a.Label == b.Label && a.Page == b.Page && (a.Do == nil) == (b.Do == nil)
	})
}
