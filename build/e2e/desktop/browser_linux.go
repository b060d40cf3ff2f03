package desktop

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/internal/deadline"
)

// A Browser is Chromium, in which xdg-open opens web addresses. It runs from the first address
// until its last tab is closed.
type Browser struct {
	d       *Desktop
	profile string
}

// UseBrowser makes Chromium the desktop's browser. It skips the test if Chromium or xdg-open is
// missing.
func (d *Desktop) UseBrowser() *Browser {
	d.t.Helper()
	Need(d.t, "xdg-open", "xdg-utils")
	path, err := chrome.Path()
	if err != nil {
		d.t.Skip(err)
	}
	b := &Browser{d: d, profile: d.path("chromium")}
	flags := append([]string{
		"--user-data-dir=" + b.profile,
		"--remote-debugging-port=0",
		"--window-position=0,40", // below the panel
		"--window-size=1024,728",
		"--disable-popup-blocking",
	}, chrome.Flags...)
	d.SetURLHandler(path + " " + strings.Join(flags, " ") + " %U")
	d.t.Cleanup(b.Quit)
	return b
}

// SetURLHandler makes a command the desktop's program for web addresses and for
// files of HTML. The command is the Exec line of a desktop entry, in which %u
// stands for the address; xdg-open splits it at spaces, and knows no quotes.
func (d *Desktop) SetURLHandler(command string) {
	d.t.Helper()
	const types = "x-scheme-handler/http;x-scheme-handler/https;text/html;"
	d.Write(d.data()+"/applications/web.desktop",
		"[Desktop Entry]\nType=Application\nName=Web\nExec="+command+"\nMimeType="+types+"\n", 0o600)
	d.Write(d.config()+"/mimeapps.list",
		"[Default Applications]\nx-scheme-handler/http=web.desktop\nx-scheme-handler/https=web.desktop\ntext/html=web.desktop\n", 0o600)
}

// Page waits for a tab with a loaded page whose address begins with prefix, and returns a
// chromedp context for it. The tab stays open when the test ends.
func (b *Browser) Page(prefix string) context.Context {
	b.d.t.Helper()
	// A new tab is at another page for a moment. A context that is attached then fails later,
	// so each look has a context of its own.
	look := fmt.Sprintf(`document.readyState === "complete" && location.href.startsWith(%q)`, prefix)
	Await(b.d.t, "the page at "+prefix, func() bool {
		page, leave, ok := b.attach(prefix)
		if !ok {
			return false
		}
		defer leave()
		there, err := chromedp.Run(page, chromedp.Evaluate[bool](look))
		return there && err == nil
	})
	page, leave, ok := b.attach(prefix)
	if !ok {
		b.d.t.Fatalf("the page at %s has gone", prefix)
	}
	b.d.t.Cleanup(leave)
	return page
}

// NewTabs returns a function that opens an address in a new tab of the running browser,
// without xdg-open.
func (b *Browser) NewTabs() (open func(url string)) {
	b.d.t.Helper()
	browser, _, ok := b.tabs()
	if !ok {
		b.d.t.Fatal("the browser is not running")
	}
	b.d.t.Cleanup(browser.close)
	return func(url string) {
		b.d.t.Helper()
		if _, err := chromedp.CallBrowser(browser.ctx, target.CreateTarget, target.CreateTargetParams{URL: url}); err != nil {
			b.d.t.Fatal(err)
		}
	}
}

// attach returns a context for a tab whose address begins with prefix, if there is one.
func (b *Browser) attach(prefix string) (page context.Context, leave func(), ok bool) {
	browser, tabs, ok := b.tabs()
	if !ok {
		return nil, nil, false
	}
	for _, tab := range tabs {
		if strings.HasPrefix(tab.URL, prefix) {
			page, detach := chromedp.NewContext(browser.ctx, chromedp.WithTargetID(tab.TargetID), chromedp.WithDetachOnCancel())
			return page, func() { detach(); browser.close() }, true
		}
	}
	browser.close()
	return nil, nil, false
}

// URLs are the addresses of the open tabs. There are none if the browser is not running.
func (b *Browser) URLs() []string {
	b.d.t.Helper()
	browser, tabs, ok := b.tabs()
	if !ok {
		return nil
	}
	defer browser.close()
	var urls []string
	for _, tab := range tabs {
		urls = append(urls, tab.URL)
	}
	return urls
}

// attachment is a connection to the browser.
type attachment struct {
	ctx   context.Context
	close func()
}

// tabs attaches to the browser, if it runs, and lists its tabs.
func (b *Browser) tabs() (attachment, []*target.Info, bool) {
	// The browser writes its debugging port and path into this file when it has started.
	active, err := os.ReadFile(filepath.Join(b.profile, "DevToolsActivePort"))
	if err != nil {
		return attachment{}, nil, false
	}
	port, path, ok := strings.Cut(strings.TrimSpace(string(active)), "\n")
	if !ok {
		return attachment{}, nil, false
	}
	lasting, cancelLasting := context.WithDeadline(context.Background(), deadline.Of(b.d.t))
	allocator, cancelAllocator := remote.NewAllocator(lasting, fmt.Sprintf("ws://127.0.0.1:%s%s", port, path), remote.NoModifyURL)
	ctx, cancel := chromedp.NewContext(allocator)
	a := attachment{ctx, func() { cancel(); cancelAllocator(); cancelLasting() }}
	all, err := chromedp.Targets(ctx)
	if err != nil { // the file is left of a browser that has ended
		a.close()
		return attachment{}, nil, false
	}
	var tabs []*target.Info
	for _, info := range all {
		if info.Type == "page" {
			tabs = append(tabs, info)
		}
	}
	return a, tabs, true
}

// Quit ends the browser, if it runs, and waits until it has ended.
func (b *Browser) Quit() {
	b.d.t.Helper()
	// The lock is a symbolic link to "host-pid".
	lock, err := os.Readlink(filepath.Join(b.profile, "SingletonLock"))
	if err != nil {
		return
	}
	pid, err := strconv.Atoi(lock[strings.LastIndexByte(lock, '-')+1:])
	if err != nil {
		b.d.t.Fatalf("the browser's lock %q names no process", lock)
	}
	if _, running := b.d.Running()[pid]; !running {
		return
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil && err != syscall.ESRCH {
		b.d.t.Fatal(err)
	}
	Await(b.d.t, "the browser to end", func() bool {
		_, running := b.d.Running()[pid]
		return !running
	})
}
