package apptest

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// Get returns a page, such as "/" or "/brew?tea=green", as a browser does when its
// address is typed. It follows redirects and keeps cookies. Pages with an error status
// are returned as well.
func (p *Program) Get(page string) *Page {
	p.t.Helper()
	r, err := http.NewRequest(http.MethodGet, page, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.visit(r, "none")
}

// visit sends r with the headers of a browser that navigates to a page. site is the value
// of Sec-Fetch-Site.
func (p *Program) visit(r *http.Request, site string) *Page {
	p.t.Helper()
	r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	r.Header.Set("Sec-Fetch-Site", site)
	r.Header.Set("Sec-Fetch-Mode", "navigate")
	r.Header.Set("Sec-Fetch-Dest", "document")
	if r.Method == http.MethodPost {
		r.Header.Set("Origin", strings.TrimSuffix(p.program.URL, "/"))
	}
	return p.Do(r)
}

// Do sends a request with the cookies of earlier responses, follows redirects, and
// returns the response. The URL of r may be relative: http.NewRequest("PUT", "/tea/3",
// body). Unlike Get and [Page.Click], Do does not add the headers of a browser.
func (p *Program) Do(r *http.Request) *Page {
	p.t.Helper()
	home, err := url.Parse(p.program.URL)
	if err != nil {
		p.t.Fatal(err)
	}
	r.URL = home.ResolveReference(r.URL)
	resp, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	path, _ := p.page(resp.Request.URL)
	page := &Page{Status: resp.StatusCode, Path: path, Header: resp.Header, tab: &tab{p: p}}
	kind := resp.Header.Get("Content-Type")
	if strings.HasPrefix(kind, "text/event-stream") {
		return page // the body may never end
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatalf("%s %s: the response is cut off: %v", r.Method, path, err)
	}
	page.HTML = string(body)
	if strings.HasPrefix(kind, "text/html") {
		if page.tab.doc, err = html.Parse(strings.NewReader(page.HTML)); err != nil {
			p.t.Fatalf("%s %s: %v", r.Method, path, err)
		}
		page.part = page.tab.doc
	}
	return page
}

// checkRedirect makes the client follow redirects only to pages of the tool.
func (p *Program) checkRedirect(r *http.Request, via []*http.Request) error {
	if _, ok := p.page(r.URL); !ok {
		return http.ErrUseLastResponse
	}
	if len(via) >= 20 {
		return errors.New("redirected 20 times")
	}
	return nil
}

// Published returns the latest data that the tool has published for this event, as JSON;
// see [app.Tool.Publish]. If there is no data yet, Published waits for it. After 20
// seconds the test ends.
func (p *Program) Published(event string) string {
	p.t.Helper()
	return p.published(waitTimeout, event)
}

func (p *Program) published(timeout time.Duration, event string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeoutCause(context.Background(), timeout, fmt.Errorf("nothing was published within %v", timeout))
	defer cancel()
	data, err := p.latest(ctx, event)
	if err != nil {
		p.t.Fatalf("waiting for the event %q: %v", event, cmp.Or(context.Cause(ctx), err))
	}
	return data
}

// latest reads the stream of events that all pages read.
func (p *Program) latest(ctx context.Context, event string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL("/app.events"), nil)
	if err != nil {
		return "", err
	}
	resp, err := p.client.Do(r)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 2<<20) // more than the limit of an event
	for lines.Scan() {
		text, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var e struct {
			Event string
			Data  json.RawMessage
		}
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			return "", err
		}
		if e.Event == event {
			return string(e.Data), nil
		}
	}
	if err := lines.Err(); err != nil {
		return "", err
	}
	return "", errors.New("the tool has ended")
}
