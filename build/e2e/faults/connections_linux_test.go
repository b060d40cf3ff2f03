package faults

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// There are more idle connections than the program keeps open. Its owner is served beside
// them, and the page that is open goes on working.
func TestConnections_idle(t *testing.T) {
	d := desktop.Start(t)
	browser := d.UseBrowser()
	p := tool.Start(t, d, nil, badTool, "-no-tray")
	tab := browser.Page(p.URL)
	connect(t, p, 2000, "")
	wantServed(t, p, "pages are served beside 2,000 idle connections")
	for range proof.Times(2, 20) {
		var heading string
		err := chromedp.Do(tab, chromedp.Navigate(p.URL+"?again"))
		if err == nil {
			heading, err = chromedp.Run(tab, chromedp.Evaluate[string](`document.querySelector("h1").innerText`))
		}
		if heading != "Bad Tool" || err != nil {
			t.Errorf("the browser shows %q, %v", heading, err)
		}
	}
	browser.Quit()
	p.Stop()
}

// Clients send a part of a request, or read a part of an answer, and stop.
func TestConnections_stalled(t *testing.T) {
	d := desktop.Start(t)
	p := tool.Start(t, d, nil, badTool, quiet...)
	conns := connect(t, p, proof.Times(500, 2500), "GET / HTTP/1.1\r\nHost: HOST\r\n")
	wantServed(t, p, "pages are served beside clients that stop in a header")
	conns = append(conns, connect(t, p, 100, "POST /upload HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1000\r\n\r\nhalf")...)
	conns = append(conns, connect(t, p, 100, "GET /big HTTP/1.1\r\nHost: HOST\r\n\r\n")...)
	wantServed(t, p, "pages are served beside 100 clients that do not go on sending, and 100 that do not read")
	for _, conn := range conns {
		conn.Close()
	}
	p.Stop()
}

// wantServed asks for pages, one after the other.
func wantServed(t *testing.T, p *tool.Running, what string) {
	t.Helper()
	times := proof.Times(100, 5000)
	served := 0
	for range times {
		if answered(p.URL) {
			served++
		}
	}
	proof.Held(t, what, times, served)
}
