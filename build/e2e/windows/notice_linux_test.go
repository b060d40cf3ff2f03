package windows_test

import (
	"image"
	"net/url"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// TestNotice: the icon shows notices, and a click opens their page. Wine does not report clicks,
// so another program does.
func TestNotice(t *testing.T) {
	c := start(t)
	c.startTaskbar()
	c.build("notice/internal/notifier", "Notifier/notifier.exe", "-H=windowsgui")
	c.build("windows/internal/clicker", "Notifier/clicker.exe", "")
	c.ID = "notifier"
	c.LetUsersIn()
	home := address(c.spawn(`C:\Notifier\notifier.exe`, "-no-browser"))
	c.awaitIcon()
	var last image.Rectangle
	for _, n := range []struct{ name, title, text, page string }{
		{"text", "Import finished", "3 of 4 lines were <b>read</b> & kept.", "/report?n=3"},
		{"title", "Backed up", "", "/report"},
		{"long", "Backed up <all> " + strings.Repeat("files ", 20), strings.Repeat("long\n", 100), "/report?all"},
	} {
		tool.Get(t, home+"notify?"+url.Values{"Title": {n.title}, "Text": {n.text}, "Page": {n.page}}.Encode())
		desktop.Await(t, "the notice", func() bool {
			at := c.balloon()
			shown := !at.Empty() && at != last && !c.plain(at.Inset(10)) // not drawn yet
			if shown {
				last = at
			}
			return shown
		})
		c.Screenshot(n.name)
		c.Run("wine", `C:\Notifier\clicker.exe`)
		c.awaitOpened(strings.TrimSuffix(home, "/") + n.page)
	}
}

// balloon returns the place of the notice beside the icon.
func (c *computer) balloon() image.Rectangle {
	c.t.Helper()
	for _, w := range c.windows("explorer.exe") {
		if w.bounds.Dx() > 60 && w.bounds.Dx() < 600 && w.bounds.Dy() > 40 && w.bounds.Dy() < 600 {
			return w.bounds
		}
	}
	return image.Rectangle{}
}
