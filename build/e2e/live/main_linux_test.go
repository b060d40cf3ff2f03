package live

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// The program that the tests start, once built.
var tickerProgram string

func TestMain(m *testing.M) { tool.Main(m, map[*string]string{&tickerProgram: "internal/ticker"}) }

// A ticker is the tool, and its pages in a browser.
type ticker struct {
	*tool.Running
	t        *testing.T
	d        *desktop.Desktop
	open     func(url string)
	commands int
}

// inBrowsers runs a test in Chromium and in Firefox.
func inBrowsers(t *testing.T, test func(t *testing.T, p *ticker)) {
	t.Run("Chromium", func(t *testing.T) {
		d := desktop.Start(t)
		browser := d.UseBrowser()
		test(t, start(t, d, func(url string) {
			d.Spawn(d.Command("xdg-open", url))
			address, _, _ := strings.Cut(url, "?")
			browser.Page(address)
		}))
	})
	t.Run("Firefox", func(t *testing.T) {
		proof.Only(t)
		d := desktop.Start(t)
		test(t, start(t, d, func(url string) { d.SpawnFirefox(true, url) }))
	})
}

func start(t *testing.T, d *desktop.Desktop, open func(url string), args ...string) *ticker {
	t.Helper()
	p := tool.Start(t, d, nil, tickerProgram, append(args, "-no-browser", "-no-tray")...)
	return &ticker{Running: p, t: t, d: d, open: open}
}

// publish has the tool publish JSON.
func (p *ticker) publish(event, data string) {
	p.t.Helper()
	tool.Get(p.t, p.URL+"publish?"+url.Values{"Event": {event}, "Data": {data}}.Encode())
}

// run has a page do something, which it hears of as of everything that is published.
func (p *ticker) run(page, command string, more map[string]any) {
	p.t.Helper()
	p.commands++
	detail := map[string]any{"page": page, "n": p.commands, "command": command}
	for key, value := range more {
		detail[key] = value
	}
	text, err := json.Marshal(detail)
	if err != nil {
		p.t.Fatal(err)
	}
	p.publish("run", string(text))
}

// told waits until pages have been told of a tick, and show it so.
func (p *ticker) told(data, shown string, pages ...string) {
	p.t.Helper()
	for _, page := range pages {
		p.says(fmt.Sprintf("page %s: tick %s: %s", page, data, shown))
	}
}

// says waits until the tool has said a line.
func (p *ticker) says(line string) {
	p.t.Helper()
	desktop.Await(p.t, line, func() bool { return strings.Contains(p.Stdout(), line+"\n") })
}

// streams waits until this many pages hold a connection for news, and returns them.
func (p *ticker) streams(want int) (pages []string) {
	p.t.Helper()
	desktop.Await(p.t, fmt.Sprint(want, " connections for news"), func() bool {
		pages = strings.Fields(tool.Get(p.t, p.URL+"streams"))
		return len(pages) == want
	})
	return pages
}
