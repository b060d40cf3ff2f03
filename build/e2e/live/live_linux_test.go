package live

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// TestPublish_twentyPages opens ten windows and ten tabs beside the first page.
func TestPublish_twentyPages(t *testing.T) {
	inBrowsers(t, func(t *testing.T, p *ticker) {
		p.publish("tick", `{"left":1}`)
		p.open(p.URL + "page?file=live&id=main")
		p.told(`{"left":1}`, "[object Object]|0.01|1|0", "main") // which was published before

		pages := []string{"main"}
		for _, kind := range []string{"window", "tab"} {
			var opened []string
			for i := range 10 {
				opened = append(opened, fmt.Sprint(kind, i))
			}
			p.run("main", "openAll", map[string]any{"pages": opened, "windows": kind == "window"})
			// Also the tabs that are not seen, because another page is.
			p.told(`{"left":1}`, "[object Object]|0.01|1|0", opened...)
			pages = append(pages, opened...)
		}
		p.publish("tick", `{"left":20}`)
		p.told(`{"left":20}`, "[object Object]|0.2|20|0", pages...)
		p.streams(1)
		connected := 0
		for _, s := range p.Sockets() {
			if s.Connected {
				connected++
			}
		}
		if connected > 7 { // which browsers have for an address, one of the test's among them
			t.Errorf("%d connections are open", connected)
		}

		tool.Get(t, p.URL+"flood?n=10000")
		p.told(`{"left":10000}`, "[object Object]|1|10000|0", pages...)
		for _, page := range pages {
			if n := strings.Count(p.Stdout(), "page "+page+": tick"); n > 1000 {
				t.Errorf("%s was told %d times", page, n)
			}
		}

		// The page that has the connection is closed, again and again, until it is the
		// first one, which no script can close.
		closed := 0
		for ; len(pages) > 3; closed++ {
			leader := p.streams(1)[0]
			if leader == "main" {
				break
			}
			p.run(leader, "close", nil)
			pages = remove(pages, leader)
			left := 30 + closed
			p.publish("tick", fmt.Sprintf(`{"left":%d}`, left))
			p.told(fmt.Sprintf(`{"left":%d}`, left), fmt.Sprintf("[object Object]|%v|%d|0", float64(left)/100, left), pages...)
		}
		if closed == 0 {
			t.Error("no page with the connection was closed")
		}
	})
}

func remove(pages []string, page string) (others []string) {
	for _, p := range pages {
		if p != page {
			others = append(others, p)
		}
	}
	return others
}

// TestPublish_hiddenPage: a page that is not seen has no connection and is told when it
// is seen again.
func TestPublish_hiddenPage(t *testing.T) {
	inBrowsers(t, func(t *testing.T, p *ticker) {
		p.open(p.URL + "page?file=live&id=main")
		p.streams(1)
		p.run("main", "lookAway", nil)
		p.says("page main: looked away: not yet|-1|not yet|0")
		p.told(`{"left":70}`, "[object Object]|0.7|70|0", "main")
	})
}

// TestPublish_restart ends the program and starts it again while a page is open.
func TestPublish_restart(t *testing.T) {
	inBrowsers(t, func(t *testing.T, p *ticker) {
		p.open(p.URL + "page?file=live&id=main")
		p.publish("tick", "1")
		p.publish("old", "1")
		p.told("1", "1|-1||0", "main")
		p.Stop()
		_, port, _ := strings.Cut(p.HostPort(), ":")
		p = start(t, p.d, nil, "-port", port)
		p.streams(1)
		p.run("main", "openAll", map[string]any{"pages": []string{"later"}, "windows": true})
		p.says("page later: shown: not yet|-1|not yet|0")
		p.publish("tick", "2")
		p.told("2", "2|-1||0", "main", "later")
		if strings.Contains(p.Stdout(), "page later: tick 1") {
			t.Error("a page is told what the program before has published")
		}
	})
}

// TestPublish_text: what is published never becomes markup, and what an element cannot
// show keeps no other element or page from showing it. One page has a policy that allows
// only what is the program's own.
func TestPublish_text(t *testing.T) {
	inBrowsers(t, func(t *testing.T, p *ticker) {
		const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; require-trusted-types-for 'script'"
		p.open(p.URL + "page?file=live&id=main&policy=" + url.QueryEscape(policy))
		p.streams(1)
		p.run("main", "openAll", map[string]any{"pages": []string{"other"}, "windows": true})
		p.says("page other: shown: not yet|-1|not yet|0")
		const markup = `<img src=x onerror=alert(1)>`
		p.publish("tick", `{"left":"`+markup+`"}`)
		text := `{"left":"` + markup + `"}`
		p.told(text, "[object Object]|0|"+markup+"|0", "main", "other")
		p.publish("tick", `"</output><script>alert(1)</script>"`)
		p.told(`"</output><script>alert(1)</script>"`, `</output><script>alert(1)</script>|-1||0`, "main", "other")
		p.publish("tick", "null")
		p.told("null", "|-1||0", "main", "other")
	})
}
