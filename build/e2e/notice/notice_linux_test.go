package notice

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

func TestNotice(t *testing.T) {
	for _, daemon := range daemons {
		t.Run(daemon.name, func(t *testing.T) {
			d := desktop.Start(t)
			daemon.spawn(t, d)
			n := start(t, d, "-no-tray")
			n.notify("Import finished", "3 of 4 lines were <b>read</b> & kept.", "/report?n=3")
			at := n.shown(1)[0]
			d.Screenshot("text")
			d.Click(daemon.place(at), daemon.button)
			desktop.Await(t, "the page to open", func() bool { return len(n.opened()) == 1 })
			if got := n.opened()[0]; got != n.URL+"report?n=3" {
				t.Errorf("opened %s", got)
			}
			n.shown(0)
			hostile := "<img src=\"file:///etc/passwd\"><a href='http://elsewhere.test/'>Click</a>\r\n&amp;&lt;b&gt; \x00\xff\x1b[31m %s %n \u202ereversed\n" + strings.Repeat("long ", 2000)
			n.notify("<b>Bold</b> & <i>\n"+strings.Repeat("title ", 100), hostile, "")
			n.shown(1)
			d.Screenshot("hostile")
		})
	}
}

// Where nothing shows notices, the icon and open pages do, until a later notice with the same
// title is shown.
func TestNotice_noService(t *testing.T) {
	d := desktop.Start(t)
	d.StartPanel(desktop.Dark)
	browser := d.UseBrowser()
	n := &notifier{tool.Start(t, d, nil, notifierProgram, "-no-browser"), t, d}
	d.Spawn(d.Command("xdg-open", n.URL))
	page := browser.Page(n.URL)
	n.notify("Import finished", "3 of 4 lines were <b>read</b>.\nOne was not.", "/report?n=3")
	n.notify("Backed up", "", "")
	awaitNotices(t, page, "Import finished 3 of 4 lines were <b>read</b>. One was not. Close|Backed up Close")
	tip := func() string { return d.Item().Property("ToolTip").([]any)[2].(string) }
	desktop.Await(t, "the tooltip", func() bool { return strings.HasSuffix(tip(), "Needs attention\nBacked up\nImport finished") })
	d.Screenshot("page")
	run(t, page, `section("Backed up").querySelector("button").click()`)
	awaitNotices(t, page, "Import finished 3 of 4 lines were <b>read</b>. One was not. Close")
	desktop.Await(t, "the tooltip", func() bool { return strings.HasSuffix(tip(), "Needs attention\nImport finished") })
	daemon := daemons[1]
	daemon.spawn(t, d)
	n.notify("Import finished", "All lines were read.", "/report")
	n.shown(1)
	awaitNotices(t, page, "")
	desktop.Await(t, "the tooltip", func() bool { return !strings.Contains(tip(), "\nImport finished") })
}

const section = `const section = title => [...document.querySelector("dibbler-bar").shadowRoot.querySelectorAll("[role=status] section")].find(e => e.innerText.startsWith(title));`

func run(t *testing.T, page context.Context, script string) {
	t.Helper()
	if err := chromedp.Do(page, chromedp.Evaluate[chromedp.Void]("{"+section+script+"}; undefined")); err != nil {
		t.Fatal(err)
	}
}

// awaitNotices waits until the page shows these notices.
func awaitNotices(t *testing.T, page context.Context, want string) {
	t.Helper()
	const text = `[...document.querySelector("dibbler-bar")?.shadowRoot.querySelectorAll("[role=status] section") ?? []].map(e => e.innerText.replace(/\s+/g, " ")).join("|")`
	var got string
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the page shows %q", got)
		}
	})
	desktop.Await(t, "the notices "+want, func() bool {
		var err error
		got, err = chromedp.Run(page, chromedp.Evaluate[string](text))
		return err == nil && got == want
	})
}
