package chrome

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"
)

// Do performs actions in a tab. It fails the test on errors.
func Do(t testing.TB, tab context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(tab, steps...); err != nil {
		t.Fatal(err)
	}
}

// Read performs an action in a tab and returns its value. It fails the test on errors.
func Read[T any](t testing.TB, tab context.Context, what chromedp.Action[T]) T {
	t.Helper()
	got, err := chromedp.Run(tab, what)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Eval runs a script in a tab, awaits its promise, and returns its value.
func Eval[T any](t testing.TB, tab context.Context, script string) T {
	t.Helper()
	return Read(t, tab, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// Run returns the action that runs a script and ignores its value.
func Run(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](script + "; undefined")
}
