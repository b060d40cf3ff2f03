package login

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
)

// A person sits before the browser and is asked for a password.
type person struct {
	mu      sync.Mutex
	answers []*url.Userinfo // to the questions to come; after the last they cancel
	asked   int
}

func (p *person) answer() *fetch.AuthChallengeResponse {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked++
	if len(p.answers) == 0 {
		return &fetch.AuthChallengeResponse{Response: fetch.AuthChallengeResponseResponseCancelAuth}
	}
	who := p.answers[0]
	p.answers = p.answers[1:]
	password, _ := who.Password()
	return &fetch.AuthChallengeResponse{
		Response: fetch.AuthChallengeResponseResponseProvideCredentials,
		Username: who.Username(), Password: password,
	}
}

// will has the person answer the next questions in this way, and returns how
// many there have been.
func (p *person) will(answers ...*url.Userinfo) (asked int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answers = answers
	return p.asked
}

// sit puts a person before the tab until the test ends.
func sit(ctx context.Context, t *testing.T) *person {
	t.Helper()
	p := new(person)
	ctx, leave := context.WithCancel(ctx)
	questions := chromedp.Events(ctx, fetch.AuthRequired)
	requests := chromedp.Events(ctx, fetch.RequestPaused)
	call := func(action func(context.Context, *chromedp.Target) error) {
		if err := chromedp.Do(ctx, chromedp.Func(action)); err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	}
	var all sync.WaitGroup
	all.Go(func() {
		for e, err := range questions {
			if err != nil {
				return
			}
			answer := fetch.ContinueWithAuthParams{RequestID: e.RequestID, AuthChallengeResponse: p.answer()}
			call(func(ctx context.Context, tab *chromedp.Target) error {
				_, err := cdp.Call(ctx, tab, fetch.ContinueWithAuth, answer)
				return err
			})
		}
	})
	all.Go(func() {
		for e, err := range requests {
			if err != nil {
				return
			}
			call(func(ctx context.Context, tab *chromedp.Target) error {
				_, err := cdp.Call(ctx, tab, fetch.ContinueRequest, fetch.ContinueRequestParams{RequestID: e.RequestID})
				return err
			})
		}
	})
	t.Cleanup(func() {
		leave()
		all.Wait()
	})
	yes := true
	call(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, fetch.Enable, fetch.EnableParams{HandleAuthRequests: &yes})
		return err
	})
	return p
}

// show has the tab show a page and returns its text.
func show(ctx context.Context, t *testing.T, address *url.URL) string {
	t.Helper()
	if err := chromedp.Do(ctx, chromedp.Navigate(address.String())); err != nil {
		t.Fatal(err)
	}
	text, err := chromedp.Run(ctx, chromedp.Text(chromedp.CSS("body")))
	if err != nil {
		t.Fatal(err)
	}
	return text + "\n"
}

func TestLogin_chromium(t *testing.T) {
	for _, to := range []offer{basic, sha256} {
		t.Run(to.name, func(t *testing.T) {
			v := open(t, to.newAuth)
			ctx := chrome.Start(t)
			p := sit(ctx, t)

			// Cancel, then two mistakes.
			for _, answers := range [][]*url.Userinfo{nil, {url.UserPassword(user, "wrong"), url.UserPassword("eve", password)}} {
				p.will(answers...)
				text := show(ctx, t, v.url)
				if !strings.Contains(text, "You must log in.") {
					t.Errorf("the page says %q; want You must log in.", text)
				}
				v.mustShow(t, text, 0)
			}

			// A mistake, then the right password, which is remembered for the pages
			// that follow.
			p.will(url.UserPassword(user, "wrong"), url.UserPassword(user, password))
			text := show(ctx, t, v.url)
			asked := p.will()
			text += show(ctx, t, v.url)
			v.mustShow(t, text, 2)

			// Over several connections at a time.
			text += chrome.Eval[string](t, ctx, `Promise.all(Array.from({length: 40}, (_, i) =>
				fetch("/?" + i).then(answer => answer.text()))).then(pages => pages.join("\n"))`)
			v.mustShow(t, text, 42)

			// The person is not asked again when the server has a new key.
			text += show(ctx, t, v.url.JoinPath("new.key"))
			text += show(ctx, t, v.url)
			v.mustShow(t, text, 44)
			if again := p.will() - asked; again != 0 {
				t.Errorf("the person was asked %d times more after logging in", again)
			}
		})
	}
}
