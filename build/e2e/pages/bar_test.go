package pages

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
)

// bar is how the bar stands on a page.
type bar struct {
	Count     int    // of bars, in the page and its frames
	Reachable bool   // a click on its name would reach it
	Dark      bool   // the colour behind its name
	Corner    string // of the window, that it is nearest to
	Fits      bool   // open, it is inside the window
	Left      int    // elements of the program's that are in the page's body
}

// bars are those of the page and its frames.
const bars = `(function bars(w) {
	return [...w.document.querySelectorAll("dibbler-bar"), ...Array.from(w, bars).flat()];
})(window)`

const lookAtBar = `(() => {
	const bars = ` + bars + `.filter(b => b.shadowRoot.querySelector("details"));
	const host = bars[0], page = host?.ownerDocument, view = page?.defaultView;
	if (!host) return {Count: 0};
	const details = host.shadowRoot.querySelector("details"), name = host.shadowRoot.querySelector("summary");
	const at = name.getBoundingClientRect(), x = at.x + at.width / 2, y = at.y + at.height / 2;
	const [red] = getComputedStyle(details).backgroundColor.match(/\d+/g);
	const found = {
		Count: bars.length,
		Reachable: page.elementFromPoint(x, y) === host && host.shadowRoot.elementFromPoint(x, y) === name,
		Dark: red < 128,
		Corner: (y > view.innerHeight / 2 ? "bottom" : "top") + " " + (x > view.innerWidth / 2 ? "right" : "left"),
		Left: page.body.querySelectorAll("[id^=dibbler], script[src^='/app.js']").length,
	};
	details.open = true;
	const all = details.getBoundingClientRect();
	found.Fits = all.left >= 0 && all.top >= 0 && all.right <= view.innerWidth && all.bottom <= view.innerHeight;
	details.open = false;
	return found;
})()`

// rectangles are where everything of the page is, and how far it scrolls.
const rectangles = `JSON.stringify([...document.body.querySelectorAll("*"), document.body, document.scrollingElement].map(e => {
	const r = e.getBoundingClientRect();
	return [e.localName, r.x, r.y, r.width, r.height, e.scrollWidth, e.scrollHeight];
}))`

// awaitBar waits until the program's script has run in the page, or in the frame
// that has the bar.
func awaitBar(t *testing.T, ctx context.Context) {
	t.Helper()
	for {
		there, err := chromedp.Run(ctx, chromedp.Evaluate[bool](bars+".length > 0"))
		if there {
			return
		}
		if ctx.Err() != nil { // other errors are of pages that go or come
			t.Fatalf("waited for the bar: %v", err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// TestBar sees that the bar is there once, can be reached, changes nothing of the
// page's layout, and has its colours.
func TestBar(t *testing.T) {
	url, ctx := startProgram(t, layouts), chrome.Start(t, "--hide-scrollbars")
	for _, c := range []struct {
		layout  string
		emulate []chromedp.Action[chromedp.Void]
		dark    bool
		corner  string
	}{
		{layout: "plain"},
		{layout: "plain", emulate: []chromedp.Action[chromedp.Void]{chrome.Dark}},
		{layout: "grid"},
		{layout: "flex"},
		{layout: "fixed"},
		{layout: "hidden"},
		{layout: "frameset", dark: true},
		{layout: "dark", dark: true},
		{layout: "scheme"},
		{layout: "scheme", emulate: []chromedp.Action[chromedp.Void]{chrome.Dark}, dark: true},
		{layout: "greedy"},
		{layout: "long"},
		{layout: "rtl", corner: "bottom left"},
		{layout: "strict", dark: true},
		{layout: "swap"},
		{layout: "long", emulate: []chromedp.Action[chromedp.Void]{chrome.Phone}},
		{layout: "grid", emulate: []chromedp.Action[chromedp.Void]{chromedp.EmulateViewport(320, 568)}},
		// A window of 1280 by 1024 pixels at 400 %.
		{layout: "long", emulate: []chromedp.Action[chromedp.Void]{chromedp.EmulateViewport(320, 256, chromedp.EmulateScale(4))}},
	} {
		t.Run(fmt.Sprintf("%s %d", c.layout, len(c.emulate)), func(t *testing.T) {
			page := url + "page?layout=" + c.layout
			do(t, ctx, chrome.Light)
			do(t, ctx, c.emulate...)
			do(t, ctx, chromedp.Navigate(page+"&bare=1"))
			bare := read(t, ctx, chromedp.Evaluate[string](rectangles))
			do(t, ctx, chromedp.Navigate(page))
			awaitBar(t, ctx)
			want := bar{Count: 1, Reachable: true, Dark: c.dark, Corner: "bottom right", Fits: true}
			if c.corner != "" {
				want.Corner = c.corner
			}
			if got := read(t, ctx, chromedp.Evaluate[bar](lookAtBar)); got != want {
				t.Errorf("the bar is %+v, want %+v", got, want)
			}
			if got := read(t, ctx, chromedp.Evaluate[string](rectangles)); got != bare {
				t.Errorf("with the bar the page has\n%s\nand without it\n%s", got, bare)
			}
			png(ctx, t, "closed")
			do(t, ctx, chromedp.Evaluate[chromedp.Void](bars+`.forEach(b => b.shadowRoot.querySelector("summary").click())`))
			png(ctx, t, "open")
		})
	}
}

// png keeps what the window shows; a picture of the whole page would make the
// window as large as the page.
func png(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	chrome.WindowScreenshot(ctx, t, name)
}

func TestBar_printing(t *testing.T) {
	url, ctx := startProgram(t, layouts), chrome.Start(t)
	do(t, ctx, chromedp.Navigate(url+"page?layout=long"))
	awaitBar(t, ctx)
	do(t, ctx, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		return err
	}))
	if read(t, ctx, chromedp.Evaluate[bool](`document.querySelector("dibbler-bar").checkVisibility()`)) {
		t.Error("the bar is printed")
	}
}

func TestBar_body_is_swapped(t *testing.T) {
	for _, how := range []string{"inner", "outer"} {
		url, ctx := startProgram(t, layouts), chrome.Start(t)
		do(t, ctx, chromedp.Navigate(url+"page?layout=swap"))
		awaitBar(t, ctx)
		read(t, ctx, chromedp.Evaluate[bool](fmt.Sprintf(`swap(%q).then(() => true)`, how), chromedp.EvalAwaitPromise))
		want := bar{Count: 1, Reachable: true, Corner: "bottom right", Fits: true}
		if got := read(t, ctx, chromedp.Evaluate[bar](lookAtBar)); got != want {
			t.Errorf("%s: the bar is %+v, want %+v", how, got, want)
		}
		if said := read(t, ctx, chromedp.Evaluate[string](`document.body.innerText`)); said != "Another body." {
			t.Errorf("%s: the body is %q", how, said)
		}
	}
}

// TestBar_action_comes_back sees that what a plug-in has in the bar leads back to
// where it was pressed.
func TestBar_action_comes_back(t *testing.T) {
	url, ctx := startProgram(t, layouts), chrome.Start(t)
	for _, page := range []string{"page?layout=dark#here", "page?layout=frameset", "page?layout=strict"} {
		do(t, ctx, chromedp.Navigate(url+page))
		awaitBar(t, ctx)
		response, err := chromedp.RunResponse(ctx, chromedp.Evaluate[chromedp.Void](
			bars+`.forEach(b => b.shadowRoot.querySelector("[action='/app.item']").requestSubmit())`))
		if err != nil {
			t.Fatal(err)
		}
		if at := read(t, ctx, chromedp.Evaluate[string](`location.href`)); at != url+page || response.Status != 200 {
			t.Errorf("from %s it leads to %s, status %d", page, at, response.Status)
		}
	}
}

// TestBar_storage_forbidden is a browser that keeps pages from storing anything, and
// so from having locks.
func TestBar_storage_forbidden(t *testing.T) {
	url, ctx := startProgram(t, layouts), chrome.StartWith(t, `{"profile": {"default_content_setting_values": {"cookies": 2}}}`)
	do(t, ctx, chromedp.Navigate(url+"page?layout=plain"))
	awaitBar(t, ctx)
	if got := read(t, ctx, chromedp.Evaluate[string](`navigator.locks.request("x", () => "a lock").catch(e => e.name)`, chromedp.EvalAwaitPromise)); got != "SecurityError" {
		t.Fatalf("the browser gives %s", got)
	}
	want := bar{Count: 1, Reachable: true, Corner: "bottom right", Fits: true}
	if got := read(t, ctx, chromedp.Evaluate[bar](lookAtBar)); got != want {
		t.Errorf("the bar is %+v, want %+v", got, want)
	}
	// A later stream than the page's own has begun.
	read(t, ctx, chromedp.Evaluate[bool](`new Promise(begun => {
		const e = new EventSource("/app.events");
		e.onopen = () => { e.close(); begun(true); };
	})`, chromedp.EvalAwaitPromise))
	resp, err := http.Post(url+"app.shutdown", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	said := read(t, ctx, chromedp.Poll[string](`document.querySelector("dibbler-bar").shadowRoot.querySelector("dialog h1")?.textContent`))
	if said != "Goodbye" {
		t.Errorf("the page says %q", said)
	}
}

// The keyboard opens the bar's menu, goes through all of it, and closes it.
func TestBar_keyboard(t *testing.T) {
	url, ctx := startProgram(t, states), chrome.Start(t)
	do(t, ctx, chromedp.Navigate(url))
	awaitBar(t, ctx)
	const focus = `(root => [root.querySelector("details").open, root.activeElement?.innerText ?? "", getComputedStyle(root.activeElement ?? document.body).outlineStyle].join())(document.querySelector("dibbler-bar").shadowRoot)`
	seen := ""
	press := func(key string) {
		do(t, ctx, chromedp.KeyEvent(key))
		seen = read(t, ctx, chromedp.Evaluate[string](focus))
	}
	for range 10 { // over the page
		if press(kb.Tab); seen == "false,Tea Timer,solid" {
			break
		}
	}
	press(kb.Enter)
	for _, want := range []string{"Home", "Today", "Play it loud", "Settings", "Log", "Shut down", "Hide"} {
		if press(kb.Tab); seen != "true,"+want+",solid" {
			t.Errorf("the focus is at %q, want %s", seen, want)
		}
	}
	if press(kb.Escape); seen != "false,Tea Timer,solid" {
		t.Errorf("after Escape: %q", seen)
	}
}

// The page that ends the program says when it has ended, and leads nowhere.
func TestGoodbye(t *testing.T) {
	url, ctx := startProgram(t, states), chrome.Start(t)
	do(t, ctx, chromedp.Navigate(url+"app.shutdown"))
	if _, err := chromedp.RunResponse(ctx, run(`document.querySelector("main button").click()`)); err != nil {
		t.Fatal(err)
	}
	const want = "Tea Timer has shut down. You can close this page."
	if said := read(t, ctx, chromedp.Poll[string](`(text => text === "`+want+`" && text)(document.querySelector("[role=status]").innerText)`)); said != want {
		t.Errorf("the page says %q", said)
	}
	if n := read(t, ctx, chromedp.Evaluate[int](`document.querySelectorAll("a").length + document.querySelector("dibbler-bar").shadowRoot.querySelectorAll("dialog").length`)); n != 0 {
		t.Errorf("there are %d links and dialogs", n)
	}
}
