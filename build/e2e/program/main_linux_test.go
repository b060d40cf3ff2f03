package program

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

var calendar, slowTool string

func TestMain(m *testing.M) {
	tool.Main(m, map[*string]string{
		&calendar: "../../..",
		&slowTool: "../tool/slowtool",
	})
}

// awaitMenu waits until the menu has these lines, among others.
func awaitMenu(t testing.TB, d *desktop.Desktop, want ...string) {
	t.Helper()
	var lines []string
	defer func() {
		if t.Failed() {
			t.Logf("the menu is %q", lines)
		}
	}()
	desktop.Await(t, fmt.Sprintf("%q in the menu", want), func() bool {
		lines = d.Item().Lines()
		return !slices.ContainsFunc(want, func(line string) bool { return !slices.Contains(lines, line) })
	})
}

// awaitTabs waits until the open tabs are these, in any order.
func awaitTabs(t testing.TB, b *desktop.Browser, want ...string) {
	t.Helper()
	var urls []string
	defer func() {
		if t.Failed() {
			t.Logf("the tabs are %q", urls)
		}
	}()
	slices.Sort(want)
	desktop.Await(t, fmt.Sprintf("tabs at %q", want), func() bool {
		urls = b.URLs()
		slices.Sort(urls)
		return slices.Equal(urls, want)
	})
}

// closeTab closes a tab as a person does.
func closeTab(t testing.TB, tab context.Context) {
	t.Helper()
	err := chromedp.Do(tab, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, page.Close, cdp.Empty{})
		return err
	}))
	if err != nil && tab.Err() == nil { // a tab may be gone before it has answered
		t.Fatal(err)
	}
}

// text waits for text in a part of the page or of the bar, also while the tab loads another
// page, and returns it.
func text(t testing.TB, tab context.Context, part string) string {
	t.Helper()
	var got string
	look := fmt.Sprintf(`(document.querySelector(%[1]q) ?? document.querySelector("dibbler-bar")?.shadowRoot.querySelector(%[1]q))?.innerText ?? ""`, part)
	desktop.Await(t, "something to read in "+part, func() bool {
		var err error
		got, err = chromedp.Run(tab, chromedp.Evaluate[string](look))
		if tab.Err() != nil {
			t.Fatal(err)
		}
		return err == nil && got != ""
	})
	return got
}

// inBar selects a part of the bar.
func inBar(part string) chromedp.JSPath {
	return chromedp.JSPath(fmt.Sprintf(`document.querySelector("dibbler-bar")?.shadowRoot.querySelector(%q)`, part))
}

// openBar opens the bar, and returns its text.
func openBar(t testing.TB, tab context.Context) string {
	t.Helper()
	text(t, tab, "summary") // the page is loaded
	chrome.Do(t, tab, chromedp.Click(inBar("summary")), chromedp.WaitVisible(inBar("nav")))
	return text(t, tab, "details")
}

// awaitListening waits until a page listens for the end of its program: it has the lock
// for the connection, and a connection that was made after its own has been answered.
func awaitListening(t testing.TB, tab context.Context) {
	t.Helper()
	text(t, tab, "body")
	chrome.Eval[bool](t, tab, `new Promise(async heard => {
		while (!(await navigator.locks.query()).held.length) await new Promise(again => setTimeout(again, 5));
		const e = new EventSource("/app.events");
		e.onopen = () => { e.close(); heard(true); };
	})`)
}

// awaitText waits until a part of the page says something.
func awaitText(t testing.TB, tab context.Context, part, want string) {
	t.Helper()
	var got string
	defer func() {
		if t.Failed() {
			t.Logf("%s says %q", part, got)
		}
	}()
	desktop.Await(t, fmt.Sprintf("%q in %s", want, part), func() bool {
		got = text(t, tab, part)
		return strings.Contains(got, want)
	})
}
