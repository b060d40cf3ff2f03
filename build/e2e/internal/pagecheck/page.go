package pagecheck

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/internal/screenshot"
)

// Flags are the flags of a browser whose pictures are the same each time.
var Flags = []string{
	"--hide-scrollbars", "--run-all-compositor-stages-before-draw", "--disable-threaded-animation",
	"--disable-threaded-scrolling", "--disable-checker-imaging", "--disable-partial-raster", "--num-raster-threads=1",
}

// Overflowing is a script that returns the elements that are wider than the window and are not in
// a scrolling element.
const Overflowing = `[...document.querySelectorAll("body *")].filter(e => {
	const {left, right} = e.getBoundingClientRect();
	return (right > innerWidth + 1 || left < -1) && !e.closest(".scroll, pre, .visually-hidden, dibbler-bar");
}).map(e => e.outerHTML.slice(0, 80)).concat(document.documentElement.scrollWidth > innerWidth ? ["the page"] : [])`

// A view is a window and the colours that a person prefers.
type view struct {
	name         string
	size, scheme chromedp.Action[chromedp.Void]
}

var (
	phone   = chromedp.EmulateViewport(390, 844)
	desktop = chromedp.EmulateViewport(1280, 800)
)

// views returns the views in which pages are checked: without pictures, only one of each size and
// scheme.
func views() []view {
	if !screenshot.Wanted() {
		return []view{{"390-light", phone, chrome.Light}, {"1280-dark", desktop, chrome.Dark}}
	}
	return []view{
		{"390-light", phone, chrome.Light}, {"390-dark", phone, chrome.Dark},
		{"1280-light", desktop, chrome.Light}, {"1280-dark", desktop, chrome.Dark},
	}
}

// Page checks the page of a tab, and keeps pictures of it: on a phone and on a desktop, light and
// dark.
func (c *Checker) Page(ctx context.Context, t testing.TB, name string) {
	t.Helper()
	c.keepSource(ctx, t, name)
	for _, v := range views() {
		if err := chromedp.Do(ctx, v.size, v.scheme); err != nil {
			t.Fatal(err)
		}
		wide, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](Overflowing))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range wide {
			t.Errorf("%s, %s: wider than the window: %s", name, v.name, e)
		}
		c.Axe(ctx, t)
		Picture(ctx, t, name+"-"+v.name)
	}
	if err := chromedp.Do(ctx, chrome.Light, chromedp.ResetViewport()); err != nil {
		t.Fatal(err)
	}
}

// Picture keeps a picture of the page of a tab. The time of day, the port and the folders on the
// page are replaced, so that the picture is the same each time.
func Picture(ctx context.Context, t testing.TB, name string) {
	t.Helper()
	if screenshot.Wanted() {
		whileFixed(ctx, t, func() { chrome.Screenshot(ctx, t, name) })
	}
}

// Image is like Picture, of the visible part of the page, as the file images/name.webp.
func Image(ctx context.Context, t testing.TB, name string) {
	t.Helper()
	if !screenshot.Wanted() {
		return
	}
	whileFixed(ctx, t, func() {
		webp, err := chromedp.Run(ctx, chromedp.Action[[]byte](func(ctx context.Context, tab *chromedp.Target) ([]byte, error) {
			quality := int64(80)
			picture, err := cdp.Call(ctx, tab, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatWebp, Quality: &quality})
			return picture.Data, err
		}))
		if err != nil {
			t.Fatal(err)
		}
		screenshot.KeepImage(t, name+".webp", webp)
	})
}

// whileFixed calls do while the page shows nothing that differs between runs.
func whileFixed(ctx context.Context, t testing.TB, do func()) {
	t.Helper()
	_, file, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(file), "..", "..", "..", "..")
	fix := fmt.Sprintf(fixed, os.TempDir(), root)
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void](fix, chromedp.EvalAwaitPromise)); err != nil {
		t.Fatal(err)
	}
	do()
	if err := chromedp.Do(ctx, chromedp.Evaluate[chromedp.Void]("dibblerRestore(); undefined")); err != nil {
		t.Fatal(err)
	}
}

// fixed replaces the texts that differ between runs.
const fixed = `(async (temp, root) => {
	const changed = [];
	const set = (node, key, value) => {
		if (node[key] === value) return;
		changed.push([node, key, node[key]]);
		node[key] = value;
	};
	const quote = text => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
	const folder = new RegExp(quote(temp) + "/[^/\\s]+/(\\d+|home)", "g"), source = new RegExp(quote(root), "g");
	const same = text => text.replace(/(127\.0\.0\.1|localhost|\]):\d+/g, "$1:8888").replace(folder, "/home/ada").replace(source, "/home/ada/dibbler")
		.replace(/\bpid: \d+/, "pid: 4321").replace(/\bafter: [\d.]+[mµ]?s/, "after: 2s");
	for (const [i, time] of document.querySelectorAll("time").entries()) set(time, "textContent", time.textContent.replace(/\d+ \w+ \d\d:\d\d:\d\d/, "28 Nov 14:05:" + String(59 - i %% 60).padStart(2, "0")));
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (texts.nextNode()) set(texts.currentNode, "data", same(texts.currentNode.data));
	for (const field of document.querySelectorAll("input:not([type=file]), textarea")) set(field, "value", field.value === location.port ? "8888" : same(field.value));
	const days = [...document.querySelectorAll("main td")].filter(td => /^\d+$/.test(td.textContent)), today = document.querySelector("[aria-current=date]");
	if (days.length >= 365) {
		today?.removeAttribute("aria-current");
		days[171].setAttribute("aria-current", "date");
	}
	const still = document.createElement("style");
	still.textContent = "* { caret-color: transparent !important; transition: none !important } progress:not([value]) { visibility: hidden }";
	document.head.append(still);
	globalThis.dibblerRestore = () => {
		still.remove();
		if (days.length >= 365) days[171].removeAttribute("aria-current");
		today?.setAttribute("aria-current", "date");
		for (const [node, key, value] of changed.reverse()) node[key] = value;
	};
	await document.fonts.ready;
	await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
})(%q, %q)`
