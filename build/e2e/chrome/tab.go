package chrome

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"
)

// Do works in a tab, and fails the test if it cannot.
func Do(t testing.TB, tab context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(tab, steps...); err != nil {
		t.Fatal(err)
	}
}

// Read gets something out of a tab, and fails the test if it cannot.
func Read[T any](t testing.TB, tab context.Context, what chromedp.Action[T]) T {
	t.Helper()
	got, err := chromedp.Run(tab, what)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Eval runs a script in a tab, waits for what it promises, and returns its value.
func Eval[T any](t testing.TB, tab context.Context, script string) T {
	t.Helper()
	return Read(t, tab, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
}

// Run is the action that runs a script whose value does not matter.
func Run(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](script + "; undefined")
}
