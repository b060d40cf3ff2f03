package pages

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/internal/pagecheck"
)

// contrasts sets one accent colour after the other, all over the colour space, and
// returns those with which something is hard to read: under 4.5 for text, by WCAG 2.2.
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

func TestStyle_accent(t *testing.T) {
	ctx := chrome.Start(t)
	url := startProgram(t, gallery)
	for _, scheme := range schemes {
		do(t, ctx, scheme.apply, chromedp.Navigate(url))
		for _, problem := range read(t, ctx, chromedp.Evaluate[[]string](contrasts)) {
			t.Errorf("%s: %s", scheme.name, problem)
		}
	}
}

// TestStyle_width shows the pages in narrow and wide windows, and at 200 % zoom.
func TestStyle_width(t *testing.T) {
	ctx := chrome.Start(t, "--hide-scrollbars")
	styled := startProgram(t, gallery)
	for page, url := range map[string]string{
		"gallery": styled, "settings": styled + "app.settings", "log": styled + "app.log", "nowhere": styled + "nowhere",
	} {
		for _, window := range []struct {
			width int64
			scale float64
		}{{320, 1}, {400, 2}, {800, 1}, {1600, 1}} {
			for _, direction := range []string{"ltr", "rtl"} {
				t.Run(fmt.Sprintf("%s/%d/%s", page, window.width, direction), func(t *testing.T) {
					do(t, ctx, chromedp.EmulateViewport(window.width, 800, chromedp.EmulateScale(window.scale)), chromedp.Navigate(url), run("document.dir = '"+direction+"'"))
					for _, e := range read(t, ctx, chromedp.Evaluate[[]string](pagecheck.Overflowing)) {
						t.Errorf("wider than the window: %s", e)
					}
					if page == "gallery" && direction == "ltr" {
						for _, scheme := range schemes {
							do(t, ctx, scheme.apply)
							chrome.Screenshot(ctx, t, scheme.name)
						}
					}
				})
			}
		}
	}
}

// focusable marks what the keyboard is to reach, and returns how much there is. Of
// the radio buttons of a group it reaches one.
const focusable = `[...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
	.filter(e => !e.matches(":disabled, dialog:not([open]) *, [type=radio]:not(:checked)"))
	.map((e, i) => e.dataset.stop = i).length`

// focused is the mark of what has the focus, and how it shows that.
const focused = `(e => [e.dataset.stop ?? "", getComputedStyle(e).outlineStyle + " " + getComputedStyle(e).outlineWidth])(document.activeElement)`

// TestStyle_keyboard goes through pages with the Tab key: it reaches everything, and
// where it is can be seen.
func TestStyle_keyboard(t *testing.T) {
	ctx := chrome.Start(t)
	styled, tea := startProgram(t, gallery), startProgram(t, states)
	startJobs(t, tea)
	for _, page := range []string{styled, styled + "app.settings", styled + "app.shutdown", tea + "app.log", tea + "app.jobs"} {
		do(t, ctx, chromedp.Navigate(page))
		left := read(t, ctx, chromedp.Evaluate[int](focusable))
		reached := map[string]bool{}
		for range 3*left + 20 { // a date has more than one stop
			do(t, ctx, chromedp.KeyEvent(kb.Tab))
			at := read(t, ctx, chromedp.Evaluate[[]string](focused))
			if at[0] == "" || reached[at[0]] { // the bar or the browser; a further part of a field
				continue
			}
			reached[at[0]] = true
			if at[1] != "solid 3px" {
				t.Errorf("%s: the focus is drawn %s at %s", page, at[1], read(t, ctx, chromedp.Evaluate[string]("document.activeElement.outerHTML")))
			}
			if left--; left == 0 {
				break
			}
		}
		if left > 0 {
			t.Errorf("%s: the keyboard does not reach %d of its elements", page, left)
		}
	}
}

// media makes the tab one of a medium, such as print, with features of it.
func media(medium string, features ...*emulation.MediaFeature) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: medium, Features: features})
		return err
	})
}

// Paper is white, in a dark room too, and has nothing to press.
func TestStyle_print(t *testing.T) {
	ctx := chrome.Start(t)
	do(t, ctx, media("print", &emulation.MediaFeature{Name: "prefers-color-scheme", Value: "dark"}), chromedp.Navigate(startProgram(t, gallery)))
	const printed = `[getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.querySelector("h1")).color,
		...[...document.querySelectorAll("nav, button")].filter(e => e.checkVisibility()).map(e => e.outerHTML)].join()`
	if got, want := read(t, ctx, chromedp.Evaluate[string](printed)), "rgb(255, 255, 255),rgb(0, 0, 0)"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	chrome.Screenshot(ctx, t, "paper")
}

// Where the system chooses the colours, what only a background showed has a border.
func TestStyle_forcedColors(t *testing.T) {
	ctx := chrome.Start(t)
	do(t, ctx, media("", &emulation.MediaFeature{Name: "forced-colors", Value: "active"}), chromedp.Navigate(startProgram(t, gallery)))
	for _, e := range []string{"nav [aria-current]", "[role=status]", "[role=alert]", ".primary", "[aria-invalid]", "#name"} {
		border := read(t, ctx, chromedp.Evaluate[string](`(s => [s.borderInlineStartStyle, s.borderBlockEndStyle, s.borderBlockEndColor === s.backgroundColor && s.borderInlineStartColor === s.backgroundColor].join(" "))(getComputedStyle(document.querySelector("`+e+`")))`))
		if !strings.Contains(border, "solid") || strings.HasSuffix(border, "true") {
			t.Errorf("%s has no border that is seen: %s", e, border)
		}
	}
	if border := read(t, ctx, chromedp.Evaluate[string](`getComputedStyle(document.querySelector("nav a:not([aria-current])")).borderBlockEndStyle`)); border != "none" {
		t.Errorf("every link of the navigation looks like the one to the present page: %s", border)
	}
	chrome.Screenshot(ctx, t, "forced")
}

// The bar follows a person who changes from light to dark while a page is open.
func TestBar_scheme(t *testing.T) {
	ctx := chrome.Start(t)
	do(t, ctx, chrome.Light, chromedp.Navigate(startProgram(t, gallery)))
	awaitBar(t, ctx)
	do(t, ctx, chrome.Dark)
	for read(t, ctx, chromedp.Evaluate[string](`document.querySelector("dibbler-bar").dataset.scheme`)) != "dark" { // until the test's deadline
		time.Sleep(5 * time.Millisecond)
	}
}
