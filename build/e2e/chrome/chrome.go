// Package chrome opens pages in a real browser for tests: Chromium or Chrome, without a window.
// On Windows it may also be Edge.
//
//	func TestPage(t *testing.T) {
//		ctx := chrome.Start(t)
//		err := chromedp.Do(ctx, chrome.Phone, chrome.Dark, chromedp.Navigate(url))
//		…
//		chrome.Screenshot(ctx, t, "phone")
//	}
package chrome

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/internal/deadline"
	"github.com/dibbler-app/dibbler/build/e2e/internal/screenshot"
	"github.com/dibbler-app/dibbler/build/e2e/internal/tempdir"
)

// Flags are the flags of a browser that connects only to the pages under test, and that also runs
// as root and without user namespaces.
var Flags = []string{
	"--no-sandbox",
	"--disable-gpu",
	"--disable-quic",
	"--no-first-run",
	"--no-default-browser-check",
	"--disable-background-networking",
	"--disable-component-update",
	"--disable-default-apps",
	"--disable-extensions",
	"--disable-sync",
	"--password-store=basic",
}

// Path finds the browser on Linux.
func Path() (string, error) {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNone
}

var errNone = errors.New("no Chromium or Chrome here (Debian package chromium)")

// Start starts a browser with a profile of its own, and returns a chromedp context for its first
// tab, of 1024×768 pixels. Both end with the test. It skips the test if there is no browser.
// The flags, such as "--lang=de", come after [Flags].
func Start(t testing.TB, flags ...string) context.Context {
	t.Helper()
	return StartWith(t, "{}", flags...)
}

// StartWith is like [Start], with preferences in the browser's own JSON.
func StartWith(t testing.TB, preferences string, flags ...string) context.Context {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.WindowSize(1024, 768))
	for _, flag := range append(Flags[:len(Flags):len(Flags)], flags...) {
		name, value, ok := strings.Cut(strings.TrimPrefix(flag, "--"), "=")
		if ok {
			options = append(options, chromedp.Flag(name, value))
		} else {
			options = append(options, chromedp.Flag(name, true))
		}
	}
	home := tempdir.New(t)
	profile := filepath.Join(home, "profile")
	if err := os.MkdirAll(filepath.Join(profile, "Default"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(profile, "Default", "Preferences"), []byte(preferences), 0o600); err != nil {
		t.Fatal(err)
	}
	options = append(options, chromedp.UserDataDir(profile))
	if runtime.GOOS == "linux" {
		options = append(options, chromedp.Env("HOME="+home, "TMPDIR="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+home, "XDG_DATA_HOME="+home))
	}
	var ctx context.Context
	var err error
	for range 3 { // on a busy machine, Chromium sometimes crashes when it starts
		if ctx, err = launch(t, options); err == nil || errors.Is(err, exec.ErrNotFound) {
			break
		}
	}
	if errors.Is(err, exec.ErrNotFound) {
		t.Skip(errNone)
	} else if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() && ctx.Err() == nil {
			Screenshot(ctx, t, "failed")
		}
	})
	return ctx
}

// launch starts a browser that ends with the test.
func launch(t testing.TB, options []chromedp.ExecAllocatorOption) (context.Context, error) {
	t.Helper()
	ctx, cancelDeadline := context.WithDeadline(context.Background(), deadline.Of(t))
	ctx, cancelBrowser := chromedp.NewExecAllocator(ctx, options...)
	ctx, cancelTab := chromedp.NewContext(ctx)
	t.Cleanup(func() {
		chromedp.Cancel(ctx) // asks the browser to end; the others kill it
		cancelTab()
		cancelBrowser()
		cancelDeadline()
	})
	return ctx, chromedp.Do(ctx)
}

// Phone emulates a phone's screen of 390×844 points, until chromedp.ResetViewport.
var Phone = chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2))

// Dark and Light emulate a person who prefers dark or light colours.
var (
	Dark  = colorScheme("dark")
	Light = colorScheme("light")
)

func colorScheme(name string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
		})
		return err
	})
}

// Screenshot keeps a picture of the whole page, not only of its visible part, as the file
// test-name.png in the folder that the environment variable DIBBLER_SCREENSHOTS names, if it is
// set.
func Screenshot(ctx context.Context, t testing.TB, name string) {
	t.Helper()
	keep(ctx, t, name, chromedp.FullScreenshot(100)) // 100 is PNG
}

// WindowScreenshot is like [Screenshot], of the visible part of the page.
func WindowScreenshot(ctx context.Context, t testing.TB, name string) {
	t.Helper()
	keep(ctx, t, name, chromedp.CaptureScreenshot())
}

func keep(ctx context.Context, t testing.TB, name string, picture chromedp.Action[[]byte]) {
	t.Helper()
	if !screenshot.Wanted() {
		return
	}
	png, err := chromedp.Run(ctx, picture)
	if err != nil {
		t.Fatal(err)
	}
	screenshot.Keep(t, name, png)
}
