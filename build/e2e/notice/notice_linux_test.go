package notice

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/godbus/dbus/v5"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

func TestNotice(t *testing.T) {
	d := desktop.Start(t)
	startDaemon(t, d)
	opened := recordURLs(d)
	n := start(t, d, "-no-tray")
	n.notify("Import finished", "3 of 4 lines were <b>read</b> & kept.", "/report?n=3")
	at := n.shown(1)[0]
	d.Screenshot("text")
	forgeClicks(t, d)
	n.open(at)
	n.shown(0)
	n.notify("Saved", "", "")
	n.open(n.shown(1)[0])
	desktop.Await(t, "the second page to open", func() bool { return slices.Contains(opened(), n.URL) })
	if got, want := opened(), []string{n.URL + "report?n=3", n.URL}; !slices.Equal(got, want) {
		t.Errorf("opened %q, want %q", got, want)
	}
	n.shown(0)
	hostile := "<img src=\"file:///etc/passwd\"><a href='http://elsewhere.test/'>Click</a>\r\n&amp;&lt;b&gt; \x00\xff\x1b[31m %s %n \u202ereversed\n" + strings.Repeat("long ", 2000)
	n.notify("<b>Bold</b> & <i>\n"+strings.Repeat("title ", 100), hostile, "")
	n.shown(1)
	d.Screenshot("hostile")
}

// forgeClicks sends the signal of a click on a notice to every program on the bus. Only the
// notification daemon may send it.
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

// TestNotice_noService: without a notification daemon, the icon and open pages show notices,
// until the daemon shows a later one with the same title.
func TestNotice_noService(t *testing.T) {
	d := desktop.Start(t)
	d.StartPanel(desktop.Dark)
	browser := d.UseBrowser()
	n := start(t, d)
	d.Spawn(d.Command("xdg-open", n.URL))
	page := browser.Page(n.URL)
	n.notify("Import finished", "3 of 4 lines were <b>read</b>.\nOne was not.", "/report?n=3")
	n.notify("Backed up", "", "")
	awaitNotices(t, page, "Import finished 3 of 4 lines were <b>read</b>. One was not. Close|Backed up Close")
	awaitTooltip := func(end string) {
		t.Helper()
		desktop.Await(t, "the tooltip with "+end, func() bool { return strings.HasSuffix(d.Item().Tooltip(), end) })
	}
	awaitTooltip("Needs attention\nBacked up\nImport finished")
	d.Screenshot("page")
	chrome.Do(t, page, chrome.Run("("+sections+`).find(e => e.innerText.startsWith("Backed up")).querySelector("button").click()`))
	awaitNotices(t, page, "Import finished 3 of 4 lines were <b>read</b>. One was not. Close")
	awaitTooltip("Needs attention\nImport finished")
	startDaemon(t, d)
	n.notify("Import finished", "All lines were read.", "/report")
	n.shown(1)
	awaitNotices(t, page, "")
	awaitTooltip("Running at " + n.HostPort())
}

// sections are the notices that the page shows.
const sections = `[...document.querySelector("dibbler-bar")?.shadowRoot.querySelectorAll("[role=status] section") ?? []]`

// awaitNotices waits until the page shows these notices.
func awaitNotices(t *testing.T, page context.Context, want string) {
	t.Helper()
	var got string
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the page shows %q", got)
		}
	})
	desktop.Await(t, "the notices "+want, func() bool {
		var err error
		got, err = chromedp.Run(page, chromedp.Evaluate[string](sections+`.map(e => e.innerText.replace(/\s+/g, " ")).join("|")`))
		return err == nil && got == want
	})
}
