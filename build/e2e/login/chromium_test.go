package login

import (
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
)

// A person logs in with Chromium, which takes name and password from the address.
func TestLogin_chromium(t *testing.T) {
	for _, to := range []offer{basic, sha256} {
		t.Run(to.name, func(t *testing.T) {
			v := open(t, to.newAuth)
			ctx := chrome.Start(t)
			address := func(page string, who *url.Userinfo) string {
				at := *v.url.JoinPath(page)
				at.User = who
				return at.String()
			}
			for _, who := range []*url.Userinfo{nil, url.UserPassword(user, "wrong"), url.UserPassword("eve", password)} {
				if err := chromedp.Do(ctx, chromedp.Navigate(address("", who))); err == nil || !strings.Contains(err.Error(), "INVALID_AUTH") {
					t.Errorf("as %v: %v", who, err)
				}
			}
			v.mustShow(t, "", 0)

			text := ""
			show := func(page string, who *url.Userinfo) {
				t.Helper()
				chrome.Do(t, ctx, chromedp.Navigate(address(page, who)), chromedp.WaitReady(chromedp.CSS("pre")))
				text += chrome.Eval[string](t, ctx, `document.querySelector("pre").innerText`) + "\n"
			}
			// The password is remembered for the pages that follow, over several
			// connections at a time, and when the server has a new key.
			show("", url.UserPassword(user, password))
			show("", nil)
			text += chrome.Eval[string](t, ctx, `Promise.all(Array.from({length: 40}, (_, i) =>
				fetch("/?" + i).then(answer => answer.text()))).then(pages => pages.join("\n"))`)
			show("new.key", nil)
			show("", nil)
			v.mustShow(t, text, 44)
		})
	}
}
