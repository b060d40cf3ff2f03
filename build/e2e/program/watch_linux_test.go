package program

import (
	"image"
	"os"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// TestWatch: an open page says when the program has ended or crashed. It says nothing after the
// Escape key has cut the page's connections while the program is slow.
func TestWatch(t *testing.T) {
	d := desktop.Start(t)
	browser := d.UseBrowser()
	p := tool.Start(t, d, nil, slowTool, "-no-tray")
	_, port, _ := strings.Cut(p.HostPort(), ":")
	again := []string{"-no-browser", "-no-tray", "-port", port}
	tab := browser.Page(p.URL)
	awaitListening(t, tab)
	const says = `document.querySelector("dibbler-bar").shadowRoot.querySelector("dialog h1")?.textContent ?? ""`
	awaitSays := func(want string) {
		t.Helper()
		desktop.Await(t, "the page to say "+want, func() bool { return chrome.Eval[string](t, tab, says) == want })
	}

	chrome.Do(t, tab, chrome.Run(`
		const {name} = performance.getEntriesByType("resource").find(r => r.name.includes("/app.js"));
		window.running = 0;
		window.said = "";
		setInterval(() => window.said ||= `+says+`, 5);
		new BroadcastChannel(name).onmessage = ({data}) => { if (data === "running") window.running++ };
		location.href = "/slow"`))
	p.Line("begun")
	d.Move(image.Pt(500, 500))
	d.PressEscape()
	p.Line("given up")
	desktop.Await(t, "the page to find the program running", func() bool { return chrome.Eval[int](t, tab, "running") > 0 })
	if said := chrome.Eval[string](t, tab, "said"); said != "" {
		t.Errorf("after the Escape key the page says %q, want nothing", said)
	}

	for _, end := range []struct {
		signal os.Signal
		says   string
	}{{syscall.SIGKILL, "Slow Tool is not running"}, {syscall.SIGTERM, "Goodbye"}} {
		p.Signal(end.signal)
		p.Wait()
		awaitSays(end.says)
		d.Screenshot(end.says)
		p = tool.Start(t, d, nil, slowTool, again...)
		awaitSays("")
	}
}
