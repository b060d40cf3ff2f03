package notice

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/godbus/dbus/v5"

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
			forgeClicks(t, d)
			d.Click(daemon.place(at), daemon.button)
			n.shown(0)
			n.notify("Saved", "", "")
			d.Click(daemon.place(n.shown(1)[0]), daemon.button)
			desktop.Await(t, "the second page to open", func() bool { return slices.Contains(n.opened(), n.URL) })
			if got := n.opened(); !slices.Equal(got, []string{n.URL + "report?n=3", n.URL}) {
				t.Errorf("opened %q", got)
			}
			n.shown(0)
			hostile := "<img src=\"file:///etc/passwd\"><a href='http://elsewhere.test/'>Click</a>\r\n&amp;&lt;b&gt; \x00\xff\x1b[31m %s %n \u202ereversed\n" + strings.Repeat("long ", 2000)
			n.notify("<b>Bold</b> & <i>\n"+strings.Repeat("title ", 100), hostile, "")
			n.shown(1)
			d.Screenshot("hostile")
		})
	}
}

// forgeClicks tells every program on the bus that its notices were clicked, as the program
// that shows notices does.
func forgeClicks(t *testing.T, d *desktop.Desktop) {
	t.Helper()
	bus := d.Dial()
	var names []string
	if err := bus.BusObject().Call("org.freedesktop.DBus.ListNames", 0).Store(&names); err != nil {
		t.Fatal(err)
	}
	for id := range uint32(10) {
		body := []any{id, "default"}
		for _, name := range append(names, "") { // "" is for all
			m := &dbus.Message{Type: dbus.TypeSignal, Body: body, Headers: map[dbus.HeaderField]dbus.Variant{
				dbus.FieldPath:      dbus.MakeVariant(dbus.ObjectPath("/org/freedesktop/Notifications")),
				dbus.FieldInterface: dbus.MakeVariant(serviceName),
				dbus.FieldMember:    dbus.MakeVariant("ActionInvoked"),
				dbus.FieldSignature: dbus.MakeVariant(dbus.SignatureOf(body...)),
			}}
			if name != "" {
				m.Headers[dbus.FieldDestination] = dbus.MakeVariant(name)
			}
			if call := bus.Send(m, nil); call.Err != nil {
				t.Fatal(call.Err)
			}
		}
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
	tip := d.Item().Tooltip
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
