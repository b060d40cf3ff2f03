package app

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// browserOutput is how much of what a browser prints gets into the log. Some
// never stop.
const browserOutput = 4 << 10

// browse opens a page of the program in the browser. It does not wait for it.
func (p *program) browse(page string) {
	url := p.server.URL() + strings.TrimPrefix(page, "/")
	slog.Info("opening the browser", "url", p.server.URL())
	go func() { p.opened(openURL(url, p.journal.path())) }()
}

// opened takes note of whether the browser has opened a page. If it has not, err is
// why, and the owner is told where the page is, by every means that there is without
// a browser.
func (p *program) opened(err error) {
	hint := ""
	if err != nil {
		slog.Warn("the browser did not open", "url", p.server.URL(), "err", err)
		fmt.Fprintf(p.stderr, "%s: the browser did not open (%v); please open %s in it\n", p.Name, err, p.server.URL())
		hint = "Open " + p.server.URL() + " in your browser"
	}
	p.mu.Lock()
	news := p.browserHint != hint
	p.browserHint = hint
	p.mu.Unlock()
	if news {
		p.refreshTray()
	}
}

// A limitedWriter passes on the first bytes and swallows the rest.
type limitedWriter struct {
	to   io.Writer
	left int
}

func (w *limitedWriter) Write(p []byte) (int, error) {
	keep := p[:min(len(p), w.left)]
	w.left -= len(keep)
	if len(keep) > 0 {
		if _, err := w.to.Write(keep); err != nil {
			w.left = 0 // nobody listens any more; the browser need not know
		}
	}
	return len(p), nil
}
