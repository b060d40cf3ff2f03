package pages

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
)

// A bar is the state of the bar on a page.
type bar struct {
	Count     int    // of bars, in the page and its frames
	Reachable bool   // a click on its name reaches it
	Dark      bool   // the colour behind its name
	Corner    string // of the window that it is nearest to
	Fits      bool   // it is inside the window when it is open
	Left      int    // the program's elements in the page's body
}

// bars are those of the page and of its frames.
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

// rectangles are the places of all elements of the page, and how far they scroll.
const rectangles = `JSON.stringify([...document.body.querySelectorAll("*"), document.body, document.scrollingElement].map(e => {
	const r = e.getBoundingClientRect();
	return [e.localName, r.x, r.y, r.width, r.height, e.scrollWidth, e.scrollHeight];
}))`

// awaitBar waits until the page, or one of its frames, has the bar.
func awaitBar(t *testing.T, tab context.Context) {
	t.Helper()
	for {
		there, err := chromedp.Run(tab, chromedp.Evaluate[bool](bars+".length > 0"))
		if there {
			return
		}
		if tab.Err() != nil { // other errors are of pages that are just loading
			t.Fatalf("waiting for the bar: %v", err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// TestBar checks on pages of many layouts that the bar is there once, can be reached, has
// the page's colours, and changes nothing of the layout.
func TestBar(t *testing.T) {
	url, ctx := start(t, layouts), chrome.Start(t, "--hide-scrollbars")
	for _, c := range []struct {
		name, layout string
		emulate      chromedp.Action[chromedp.Void]
		dark         bool
		corner       string
	}{
		{name: "plain"},
		{name: "plain for a person who prefers dark", layout: "plain", emulate: chrome.Dark},
		{name: "grid"},
		{name: "fixed"},
		{name: "hidden"},
		{name: "frameset", dark: true},
		{name: "dark", dark: true},
		{name: "scheme"},
		{name: "scheme for a person who prefers dark", layout: "scheme", emulate: chrome.Dark, dark: true},
		{name: "greedy"},
		{name: "rtl", corner: "bottom left"},
		{name: "strict", dark: true},
		{name: "long on a phone", layout: "long", emulate: chrome.Phone},
		// A window of 1280 by 1024 pixels.
		{name: "long at 400 % zoom", layout: "long", emulate: chromedp.EmulateViewport(320, 256, chromedp.EmulateScale(4))},
	} {
		t.Run(c.name, func(t *testing.T) {
			page := url + "page?layout=" + cmp.Or(c.layout, c.name)
			chrome.Do(t, ctx, chrome.Light)
			if c.emulate != nil {
				chrome.Do(t, ctx, c.emulate)
			}
			chrome.Do(t, ctx, chromedp.Navigate(page+"&bare=1"))
			bare := chrome.Eval[string](t, ctx, rectangles)
			chrome.Do(t, ctx, chromedp.Navigate(page))
			awaitBar(t, ctx)
			want := bar{Count: 1, Reachable: true, Dark: c.dark, Corner: cmp.Or(c.corner, "bottom right"), Fits: true}
			if got := chrome.Eval[bar](t, ctx, lookAtBar); got != want {
				t.Errorf("the bar is %+v, want %+v", got, want)
			}
			if got := chrome.Eval[string](t, ctx, rectangles); got != bare {
				t.Errorf("with the bar the page has\n%s\nand without it\n%s", got, bare)
			}
			chrome.WindowScreenshot(ctx, t, "closed")
			chrome.Do(t, ctx, chrome.Run(bars+`.forEach(b => b.shadowRoot.querySelector("summary").click())`))
			chrome.WindowScreenshot(ctx, t, "open")
		})
	}
}

// TestBar_body_is_swapped: the bar stays when a script replaces the body or its contents.
func TestBar_body_is_swapped(t *testing.T) {
	for _, how := range []string{"inner", "outer"} {
		url, ctx := start(t, layouts), chrome.Start(t)
		chrome.Do(t, ctx, chromedp.Navigate(url+"page?layout=swap"))
		awaitBar(t, ctx)
		chrome.Eval[bool](t, ctx, fmt.Sprintf(`swap(%q).then(() => true)`, how))
		want := bar{Count: 1, Reachable: true, Corner: "bottom right", Fits: true}
		if got := chrome.Eval[bar](t, ctx, lookAtBar); got != want {
			t.Errorf("%s: the bar is %+v, want %+v", how, got, want)
		}
		if said := chrome.Eval[string](t, ctx, `document.body.innerText`); said != "Another body." {
			t.Errorf("%s: the body is %q", how, said)
		}
	}
}

// TestBar_action_comes_back: a plug-in's line in the bar leads back to the page where it was
// chosen.
func TestBar_action_comes_back(t *testing.T) {
	url, ctx := start(t, layouts), chrome.Start(t)
	for _, page := range []string{"page?layout=dark#here", "page?layout=frameset", "page?layout=strict"} {
		chrome.Do(t, ctx, chromedp.Navigate(url+page))
		awaitBar(t, ctx)
		response, err := chromedp.RunResponse(ctx, chrome.Run(bars+`.forEach(b => b.shadowRoot.querySelector("[action='/app.item']").requestSubmit())`))
		if err != nil {
			t.Fatal(err)
		}
		if at := chrome.Eval[string](t, ctx, `location.href`); at != url+page || response.Status != http.StatusOK {
			t.Errorf("from %s it leads to %s, status %d", page, at, response.Status)
		}
	}
}

// TestItems_comeBack: so does a plug-in's line at the end of the program's own pages.
func TestItems_comeBack(t *testing.T) {
	url, ctx := start(t, layouts), chrome.Start(t)
	page := url + "app.log?level=error"
	chrome.Do(t, ctx, chromedp.Navigate(page))
	chrome.Read(t, ctx, chromedp.Poll[bool](`!!document.querySelector("dibbler-bar")`))
	if _, err := chromedp.RunResponse(ctx, chrome.Run(`document.querySelector("footer [action='/app.item']").requestSubmit()`)); err != nil {
		t.Fatal(err)
	}
	if at := chrome.Eval[string](t, ctx, `location.href`); at != page {
		t.Errorf("from %s it leads to %s", page, at)
	}
}

// TestBar_ownScript: a page for a frame, which has the script itself, has one bar in a window
// of its own, and gets events.
func TestBar_ownScript(t *testing.T) {
	url, ctx := start(t, layouts), chrome.Start(t)
	chrome.Do(t, ctx, chromedp.Navigate(url+"page?layout=framed"))
	awaitBar(t, ctx)
	chrome.Read(t, ctx, chromedp.Poll[bool](`heard && !document.querySelector("script[src^='/app.js']")`)) // both have begun
	if got := chrome.Eval[int](t, ctx, `document.querySelectorAll("dibbler-bar").length`); got != 1 {
		t.Errorf("there are %d bars, want 1", got)
	}
}

// TestBar_storage_forbidden: in a browser that lets pages store nothing, they have no locks,
// and still learn that the program ends.
func TestBar_storage_forbidden(t *testing.T) {
	url, ctx := start(t, layouts), chrome.StartWith(t, `{"profile": {"default_content_setting_values": {"cookies": 2}}}`)
	chrome.Do(t, ctx, chromedp.Navigate(url+"page?layout=plain"))
	awaitBar(t, ctx)
	if got := chrome.Eval[string](t, ctx, `navigator.locks.request("x", () => "a lock").catch(e => e.name)`); got != "SecurityError" {
		t.Fatalf("the browser's answer to a request for a lock is %s, want SecurityError", got)
	}
	// A later stream than the page's own has begun.
	chrome.Eval[bool](t, ctx, `new Promise(begun => {
		const e = new EventSource("/app.events");
		e.onopen = () => { e.close(); begun(true); };
	})`)
	resp, err := http.Post(url+"app.shutdown", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	http.DefaultClient.CloseIdleConnections()
	said := chrome.Read(t, ctx, chromedp.Poll[string](`document.querySelector("dibbler-bar").shadowRoot.querySelector("dialog h1")?.textContent`))
	if said != "Goodbye" {
		t.Errorf("the page says %q, want Goodbye", said)
	}
}

// TestBar_keyboard opens the bar's menu, goes through it and closes it with the keyboard.
func TestBar_keyboard(t *testing.T) {
	url, ctx := start(t, states), chrome.Start(t)
	chrome.Do(t, ctx, chromedp.Navigate(url))
	awaitBar(t, ctx)
	const focus = `(root => [root.querySelector("details").open, root.activeElement?.innerText ?? "", getComputedStyle(root.activeElement ?? document.body).outlineStyle].join())(document.querySelector("dibbler-bar").shadowRoot)`
	seen := ""
	press := func(key string) {
		chrome.Do(t, ctx, chromedp.KeyEvent(key))
		seen = chrome.Eval[string](t, ctx, focus)
	}
	for range 10 { // over the page
		if press(kb.Tab); seen == "false,Tea Timer,solid" {
			break
		}
	}
	press(kb.Enter)
	for _, want := range []string{"Home", "Today", "Play it loud", "Settings", "Log", "Shut down", "Hide"} {
		if press(kb.Tab); seen != "true,"+want+",solid" {
			t.Errorf("after the Tab key: %q, want %q", seen, "true,"+want+",solid")
		}
	}
	if press(kb.Escape); seen != "false,Tea Timer,solid" {
		t.Errorf("after the Escape key: %q, want %q", seen, "false,Tea Timer,solid")
	}
}

// TestDialog: the dialog of a program that is not running has a name. When the program runs
// again, the field in which the owner was typing has the focus again.
func TestDialog(t *testing.T) {
	url, ctx := start(t, gallery), chrome.Start(t)
	chrome.Do(t, ctx, chromedp.Navigate(url))
	awaitBar(t, ctx)
	const dialog = `document.querySelector("dibbler-bar").shadowRoot.querySelector("dialog")`
	chrome.Eval[bool](t, ctx, `new Promise(connected => {
		document.querySelector("#name").focus();
		// As if another page had the connection.
		window.other = new BroadcastChannel(performance.getEntriesByType("resource").find(r => r.name.includes("/app.js")).name);
		other.onmessage = ({data}) => { if (data.event) connected(true); };
		other.postMessage("?");
	})`)
	chrome.Do(t, ctx, chrome.Run(`other.postMessage("gone")`))
	chrome.Read(t, ctx, chromedp.Poll[bool](`!!`+dialog))
	if got, want := chrome.Eval[string](t, ctx, dialog+`.ariaLabel ?? ""`), chrome.Eval[string](t, ctx, dialog+`.querySelector("h1").innerText`); got != want {
		t.Errorf("the name of the dialog is %q, want %q", got, want)
	}
	chrome.Do(t, ctx, chrome.Run(`other.postMessage("running")`))
	chrome.Read(t, ctx, chromedp.Poll[bool](`!`+dialog))
	if got := chrome.Eval[string](t, ctx, `document.activeElement.id`); got != "name" {
		t.Errorf("the element with the focus is %q, want name", got)
	}
}

// TestBar_scheme: the bar follows a person who changes from light to dark while a page is
// open.
func TestBar_scheme(t *testing.T) {
	url, ctx := start(t, gallery), chrome.Start(t)
	chrome.Do(t, ctx, chrome.Light, chromedp.Navigate(url))
	awaitBar(t, ctx)
	chrome.Do(t, ctx, chrome.Dark)
	chrome.Read(t, ctx, chromedp.Poll[bool](`document.querySelector("dibbler-bar").dataset.scheme === "dark"`))
}
