package program

import (
	"bytes"
	"image"
	"image/png"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/pagecheck"
	"github.com/dibbler-app/dibbler/build/e2e/internal/screenshot"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// TestPictures takes the pictures for README.md if screenshots are kept: the page of the
// calendar, and the menu of its icon. The port in them is the calendar's first one, if it is
// free.
func TestPictures(t *testing.T) {
	if !screenshot.Wanted() {
		t.Skip("not for tests: takes pictures only")
	}
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Light)
	p := tool.Start(t, d, nil, calendar, "-no-browser")
	panel.AwaitIcon()
	menu := panel.OpenMenu()
	keepPart(t, d, menu.Bounds.Union(panel.Icon()))
	panel.CloseMenu()

	tab := chrome.Start(t, pagecheck.Flags...)
	chrome.Do(t, tab, chromedp.EmulateViewport(1120, 970), chromedp.Navigate(p.URL+"?year=2026"))
	for name, scheme := range map[string]chromedp.Action[chromedp.Void]{"page-light": chrome.Light, "page-dark": chrome.Dark} {
		chrome.Do(t, tab, scheme)
		pagecheck.Image(tab, t, name)
	}
	p.Stop()
}

// keepPart keeps a part of the screen as the picture of the menu.
func keepPart(t *testing.T, d *desktop.Desktop, part image.Rectangle) {
	t.Helper()
	screen := d.Picture()
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, screen.SubImage(part.Intersect(screen.Rect))); err != nil {
		t.Fatal(err)
	}
	screenshot.KeepImage(t, "menu.png", b.Bytes())
}
