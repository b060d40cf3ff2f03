package live

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// Ten windows and ten tabs beside the first page get all events over one connection. When
// the page with the connection is closed, another page makes one.
func TestPublish_twentyPages(t *testing.T) {
	inBrowsers(t, "", func(t *testing.T, p *ticker) {
		p.publish("tick", `{"left":1}`)
		pages := []string{"main"}
		for _, kind := range []string{"window", "tab"} {
			var opened []string
			for i := range 10 {
				opened = append(opened, fmt.Sprint(kind, i))
			}
			p.run("main", "openAll", map[string]any{"pages": opened, "windows": kind == "window"})
			p.awaitTick(`{"left":1}`, "[object Object]|0.01|1|0", opened...) // hidden tabs too
			pages = append(pages, opened...)
		}
		p.publish("tick", `{"left":20}`)
		p.awaitTick(`{"left":20}`, "[object Object]|0.2|20|0", pages...)
		p.streams(1)
		connected := 0
		for _, s := range p.Sockets() {
			if s.Connected {
				connected++
			}
		}
		if connected > 7 {
			t.Errorf("%d connections are open; want at most six of the browser and one of the test", connected)
		}

		closed := 0
		for leader := p.streams(1)[0]; leader != "main" && closed < 5; leader = p.streams(1)[0] { // a script cannot close main
			p.run(leader, "close", nil)
			pages = slices.DeleteFunc(pages, func(page string) bool { return page == leader })
			closed++
			p.publish("tick", fmt.Sprintf(`{"left":"%d closed"}`, closed))
			p.awaitTick(fmt.Sprintf(`{"left":"%d closed"}`, closed), fmt.Sprintf("[object Object]|0|%d closed|0", closed), pages...)
		}
		if closed == 0 {
			t.Error("main has the connection; want one of the visible windows")
		}
	})
}

// A hidden page has no connection. When it is visible again, it gets the latest event.
func TestPublish_hiddenPage(t *testing.T) {
	inBrowsers(t, "", func(t *testing.T, p *ticker) {
		p.run("main", "hide", nil)
		p.awaitReport("page main: hidden: not yet|-1|not yet|0")
		p.awaitTick(`{"left":70}`, "[object Object]|0.7|70|0", "main")
	})
}

// Pages connect again when the program is restarted, and get no events from before.
func TestPublish_restart(t *testing.T) {
	inBrowsers(t, "", func(t *testing.T, p *ticker) {
		p.publish("tick", "1")
		p.awaitTick("1", "1|-1||0", "main")
		p.Stop()
		_, port, _ := strings.Cut(p.HostPort(), ":")
		p = start(t, p.d, "-port", port)
		p.streams(1)
		p.run("main", "openAll", map[string]any{"pages": []string{"later"}, "windows": true})
		p.awaitReport("page later: opened: not yet|-1|not yet|0")
		p.publish("tick", "2")
		p.awaitTick("2", "2|-1||0", "main", "later")
		if strings.Contains(p.Stdout(), "page later: tick 1") {
			t.Error("a page gets an event from before the restart")
		}
	})
}

// Pages show events as text and never as markup, even values that an element cannot show.
// One page has a strict policy.
func TestPublish_text(t *testing.T) {
	const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"
	inBrowsers(t, "&Policy="+url.QueryEscape(policy), func(t *testing.T, p *ticker) {
		p.run("main", "openAll", map[string]any{"pages": []string{"other"}, "windows": true})
		p.awaitReport("page other: opened: not yet|-1|not yet|0")
		const markup = `<img src=x onerror=alert(1)>`
		for _, tick := range []struct{ data, shown string }{
			{`{"left":"` + markup + `"}`, "[object Object]|0|" + markup + "|0"},
			{`"</output><script>alert(1)</script>"`, `</output><script>alert(1)</script>|-1||0`},
			{"null", "|-1||0"},
		} {
			p.publish("tick", tick.data)
			p.awaitTick(tick.data, tick.shown, "main", "other")
		}
	})
}
