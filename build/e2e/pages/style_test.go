package pages

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/internal/pagecheck"
)

// contrasts tries accent colours all over the colour space, and returns those with which
// text has a contrast under 4.5, which WCAG 2.2 requires.
const contrasts = `(() => {
	const pen = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
	const luminance = color => {
		pen.fillStyle = color;
		pen.fillRect(0, 0, 1, 1);
		const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map(v => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
		return .2126 * r + .7152 * g + .0722 * b;
	};
	const contrast = (a, b) => ([a, b] = [luminance(a), luminance(b)], (Math.max(a, b) + .05) / (Math.min(a, b) + .05));
	const style = e => getComputedStyle(document.querySelector(e));
	document.body.innerHTML = "<main><p><a href=/>a</a><p role=status><a href=/>a</a><p><button class=primary>b</button><pre></pre></main>";
	const found = [];
	const steps = [0, 51, 102, 153, 204, 255];
	for (const r of steps) for (const g of steps) for (const b of steps) {
		const accent = "rgb(" + [r, g, b] + ")";
		document.documentElement.style.setProperty("--accent", accent);
		for (const [what, front, back] of [
			["link", style("main p a").color, style("html").backgroundColor],
			["link in a notice", style("[role=status] a").color, style("[role=status]").backgroundColor],
			["button", style("button.primary").color, style("button.primary").backgroundColor],
			["link on a shade", style("main p a").color, style("pre").backgroundColor],
		]) {
			const got = contrast(front, back);
			if (!(got >= 4.5)) found.push(what + " with the accent " + accent + ": " + front + " on " + back + ": " + got.toFixed(2));
		}
	}
	return found;
})()`

// TestStyle_accent: text can be read with any accent colour.
func TestStyle_accent(t *testing.T) {
	url, ctx := start(t, gallery), chrome.Start(t)
	for scheme, apply := range schemes {
		chrome.Do(t, ctx, apply, chromedp.Navigate(url))
		if found := chrome.Eval[[]string](t, ctx, contrasts); len(found) > 0 {
			t.Errorf("%s: %d contrasts are too low, the first: %s", scheme, len(found), found[0])
		}
	}
}

// TestStyle_narrow: pages fit into a window of 320 pixels, as on a phone or at 400 % zoom, in
// both directions of writing. TestLook has wider windows.
func TestStyle_narrow(t *testing.T) {
	url, ctx := start(t, gallery), chrome.Start(t, "--hide-scrollbars")
	for _, page := range []string{"", "app.settings", "app.log"} {
		for _, direction := range []string{"ltr", "rtl"} {
			chrome.Do(t, ctx, chromedp.EmulateViewport(320, 800), chromedp.Navigate(url+page), chrome.Run("document.dir = '"+direction+"'"))
			for _, e := range chrome.Eval[[]string](t, ctx, pagecheck.Overflowing) {
				t.Errorf("/%s, %s: wider than the window: %s", page, direction, e)
			}
		}
	}
}

// stops marks the elements that the Tab key should reach, and returns their number. Of the
// radio buttons of a group it reaches one.
const stops = `[...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
	.filter(e => !e.matches(":disabled, dialog:not([open]) *, [type=radio]:not(:checked)"))
	.map((e, i) => e.dataset.stop = i).length`

// stop is the mark of the element that has the focus, and its outline.
const stop = `(e => [e.dataset.stop ?? "", getComputedStyle(e).outlineStyle + " " + getComputedStyle(e).outlineWidth])(document.activeElement)`

// TestStyle_keyboard: the Tab key reaches everything on a page, and the focus can be seen.
func TestStyle_keyboard(t *testing.T) {
	styled, tea, ctx := start(t, gallery), start(t, states), chrome.Start(t)
	startJobs(t, tea)
	for _, page := range []string{styled, styled + "app.settings", styled + "app.shutdown", tea + "app.log", tea + "app.jobs"} {
		chrome.Do(t, ctx, chromedp.Navigate(page))
		left := chrome.Eval[int](t, ctx, stops)
		reached := map[string]bool{}
		for range 200 {
			chrome.Do(t, ctx, chromedp.KeyEvent(kb.Tab))
			at := chrome.Eval[[]string](t, ctx, stop)
			if at[0] == "" || reached[at[0]] { // the bar or the browser; a further part of a field
				continue
			}
			reached[at[0]] = true
			if at[1] != "solid 3px" {
				t.Errorf("%s: the outline is %s, want solid 3px, of %s", page, at[1], chrome.Eval[string](t, ctx, "document.activeElement.outerHTML"))
			}
			if left--; left == 0 {
				break
			}
		}
		if left > 0 {
			t.Errorf("%s: the Tab key does not reach %d elements", page, left)
		}
	}
}

// TestStyle_hidden: elements with the attribute hidden are not shown.
func TestStyle_hidden(t *testing.T) {
	url, ctx := start(t, gallery), chrome.Start(t)
	chrome.Do(t, ctx, chromedp.Navigate(url))
	const shown = `["button", "input", "select", "textarea", "label", "nav", "progress", "small", "p", "div"].filter(name => {
		const e = document.createElement(name);
		e.hidden = true;
		e.className = name === "div" ? "row" : "";
		document.querySelector("main label").after(e);
		return e.checkVisibility();
	})`
	if got := chrome.Eval[[]string](t, ctx, shown); len(got) > 0 {
		t.Errorf("hidden elements are shown: %q", got)
	}
}

// media emulates a medium, such as print, with a feature of it.
func media(medium, feature, value string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Media: medium, Features: []*emulation.MediaFeature{{Name: feature, Value: value}}})
		return err
	})
}

// TestStyle_print: paper is white, also for those who prefer dark, and has no buttons, no
// navigation and no bar.
func TestStyle_print(t *testing.T) {
	url, ctx := start(t, gallery), chrome.Start(t)
	chrome.Do(t, ctx, media("print", "prefers-color-scheme", "dark"), chromedp.Navigate(url))
	awaitBar(t, ctx)
	const printed = `[...(s => [s.colorScheme, s.backgroundColor])(getComputedStyle(document.documentElement)), getComputedStyle(document.querySelector("h1")).color,
		...[...document.querySelectorAll("nav, button, dibbler-bar")].filter(e => e.checkVisibility()).map(e => e.outerHTML)].join()`
	if got, want := chrome.Eval[string](t, ctx, printed), "light,rgb(255, 255, 255),rgb(0, 0, 0)"; got != want {
		t.Errorf("printed are %s, want %s", got, want)
	}
}

// TestStyle_forcedColors: where the system chooses the colours, elements that only a
// background showed have a border.
func TestStyle_forcedColors(t *testing.T) {
	url, ctx := start(t, gallery), chrome.Start(t)
	chrome.Do(t, ctx, media("", "forced-colors", "active"), chromedp.Navigate(url))
	const border = `(s => ["InlineStart", "BlockEnd"].some(edge => s["border" + edge + "Style"] === "solid" && s["border" + edge + "Color"] !== s.backgroundColor))(getComputedStyle(document.querySelector(%q)))`
	for element, want := range map[string]bool{
		"nav [aria-current]": true, "nav a:not([aria-current])": false, "[role=status]": true, "[role=alert]": true,
		".primary": true, "[aria-invalid]": true, "#name": true,
	} {
		if got := chrome.Eval[bool](t, ctx, fmt.Sprintf(border, element)); got != want {
			t.Errorf("%s has a border that is seen: %v, want %v", element, got, want)
		}
	}
}
