package live

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// tickerProgram is the program that the tests start, once built.
var tickerProgram string

func TestMain(m *testing.M) { tool.Main(m, map[*string]string{&tickerProgram: "internal/ticker"}) }

// A ticker is the running program, with pages in a browser.
type ticker struct {
	*tool.Running
	t        *testing.T
	d        *desktop.Desktop
	commands int
}

// inBrowsers runs a test in Chromium and in Firefox, with the page "main" open.
func inBrowsers(t *testing.T, query string, test func(t *testing.T, p *ticker)) {
	for browser, open := range map[string]func(d *desktop.Desktop, url string){
		"Chromium": func(d *desktop.Desktop, url string) {
			b := d.UseBrowser()
			d.Spawn(d.Command("xdg-open", url))
			address, _, _ := strings.Cut(url, "?")
			b.Page(address)
		},
		"Firefox": func(d *desktop.Desktop, url string) { d.SpawnFirefox(true, url) },
	} {
		t.Run(browser, func(t *testing.T) {
			if browser == "Firefox" {
				proof.Only(t)
			}
			d := desktop.Start(t)
			p := start(t, d)
			open(d, p.URL+"page?id=main"+query)
			p.streams(1)
			test(t, p)
		})
	}
}

func start(t *testing.T, d *desktop.Desktop, args ...string) *ticker {
	t.Helper()
	return &ticker{Running: tool.Start(t, d, nil, tickerProgram, append(args, "-no-browser", "-no-tray")...), t: t, d: d}
}

// publish publishes an event with JSON.
func (p *ticker) publish(event, data string) {
	p.t.Helper()
	tool.Get(p.t, p.URL+"publish?"+url.Values{"Event": {event}, "Data": {data}}.Encode())
}

// run publishes a command for a page.
func (p *ticker) run(page, command string, more map[string]any) {
	p.t.Helper()
	p.commands++
	detail := map[string]any{"page": page, "n": p.commands, "command": command}
	maps.Copy(detail, more)
	text, err := json.Marshal(detail)
	if err != nil {
		p.t.Fatal(err)
	}
	p.publish("run", string(text))
}

// awaitTick waits until pages have got an event "tick" with this data, and show it: as
// text, as the share of a progress bar, as its field "left", and as this many elements.
func (p *ticker) awaitTick(data, shown string, pages ...string) {
	p.t.Helper()
	for _, page := range pages {
		p.awaitReport(fmt.Sprintf("page %s: tick %s: %s", page, data, shown))
	}
}

func (p *ticker) awaitReport(line string) {
	p.t.Helper()
	desktop.Await(p.t, line, func() bool { return strings.Contains(p.Stdout(), line+"\n") })
}

// streams waits until this many pages have a connection for events, and returns them.
func (p *ticker) streams(want int) (pages []string) {
	p.t.Helper()
	desktop.Await(p.t, fmt.Sprint(want, " connections for events"), func() bool {
		pages = strings.Fields(tool.Get(p.t, p.URL+"streams"))
		return len(pages) == want
	})
	return pages
}
