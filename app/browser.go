package app

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

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
		p.sayUnopened(p.server.URL(), err)
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

// otherTimeout is how long a launch that opens the page of the program which runs
// already waits for the browser to fail.
const otherTimeout = 2 * time.Second

// openOther opens the page of the program that runs already, at url. It is the
// launch that does this, because it is from the desktop where the owner is now, to
// which the program may have no way: it may have been started over SSH, or in a
// session that has ended since.
func (p *program) openOther(ctx context.Context, url string) {
	slog.Info("opening the browser for the program that runs already", "url", url)
	opened := make(chan error, 1)
	go func() { opened <- openURL(url, p.journal.path()) }()
	select {
	case err := <-opened:
		if err != nil {
			p.sayUnopened(url, err)
		}
	case <-time.After(otherTimeout):
	case <-ctx.Done():
	}
}

func (p *program) sayUnopened(url string, err error) {
	slog.Warn("the browser did not open", "url", url, "err", err)
	fmt.Fprintf(p.stderr, "%s: the browser did not open (%v); please open %s in it\n", p.Name, err, url)
}
