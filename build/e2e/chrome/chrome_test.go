package chrome_test

import (
	"fmt"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"go.uber.org/goleak"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// page is served while the test runs, and tells the width and colours that it has.
func page(t *testing.T) (url string) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!doctype html><meta name=viewport content="width=device-width"><p style="height:3000px">`)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

type view struct {
	Width  int
	Dark   bool
	Mobile bool
}

const viewed = `({
	Width: innerWidth,
	Dark: matchMedia("(prefers-color-scheme: dark)").matches,
	Mobile: matchMedia("(pointer: coarse)").matches,
})`

func TestEmulation(t *testing.T) {
	ctx, url := chrome.Start(t, "--hide-scrollbars"), page(t)
	for _, test := range []struct {
		name    string
		emulate chromedp.Action[chromedp.Void]
		want    view
	}{
		{"as started", chromedp.Steps(), view{1024, false, false}},
		{"dark", chrome.Dark, view{1024, true, false}},
		{"light", chrome.Light, view{1024, false, false}},
		{"phone", chrome.Phone, view{390, false, true}},
		{"dark phone", chrome.Dark, view{390, true, true}},
	} {
		if err := chromedp.Do(ctx, test.emulate, chromedp.Navigate(url)); err != nil {
			t.Fatal(err)
		}
		got, err := chromedp.Run(ctx, chromedp.Evaluate[view](viewed))
		if err != nil {
			t.Fatal(err)
		}
		if got != test.want {
			t.Errorf("%s: %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestScreenshot(t *testing.T) {
	ctx, url := chrome.Start(t), page(t)
	dir := filepath.Join(t.TempDir(), "new")
	t.Setenv("DIBBLER_SCREENSHOTS", dir)
	if err := chromedp.Do(ctx, chromedp.Navigate(url)); err != nil {
		t.Fatal(err)
	}
	chrome.Screenshot(ctx, t, "page")
	f, err := os.Open(filepath.Join(dir, "TestScreenshot-page.png"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.DecodeConfig(f)
	if err != nil {
		t.Fatal(err)
	}
	if img.Height < 3000 {
		t.Errorf("picture of %d×%d pixels of a page 3000 high", img.Width, img.Height)
	}
}
