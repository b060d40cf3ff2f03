package attack

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// sendAll sends a form to each of a tool's pages in all ways that a page has, and returns
// the answers that it can read.
const sendAll = `(async (tool, pages) => {
	const seen = [];
	for (const page of pages) {
		const body = new URLSearchParams({field: "folder", kind: "folder", path: "/"});
		for (const mode of ["cors", "no-cors"]) {
			seen.push(await fetch(tool + page, {method: "POST", mode, body}).then(r => r.text()).catch(() => ""));
			seen.push(await fetch(tool + page + (page.includes("?") ? "&" : "?") + body, {mode}).then(r => r.text()).catch(() => ""));
		}
		const frame = document.createElement("iframe");
		frame.name = "frame" + seen.length;
		document.body.append(frame);
		const form = document.createElement("form");
		Object.assign(form, {method: "post", action: tool + page, target: frame.name});
		for (const [name, value] of body) form.append(Object.assign(document.createElement("input"), {name, value}));
		document.body.append(form);
		await new Promise(resolve => {
			frame.onload = resolve;
			form.submit();
		});
		try {
			seen.push(frame.contentDocument.body.textContent);
		} catch {}
	}
	return seen;
})`

// TestForeignPages_owner: what the program does for its owner alone, no page of another site
// or port has done: it opens no dialog, says nothing of a path, and cancels no job.
func TestForeignPages_owner(t *testing.T) {
	d := desktop.Start(t)
	bin, asked := filepath.Join(d.Home(), "bin"), filepath.Join(d.Home(), "asked")
	if err := os.Mkdir(bin, 0o700); err != nil {
		t.Fatal(err)
	}
	dialog := "#!/bin/sh\n: > '" + asked + "'\necho /chosen\n" // in place of a dialog of zenity
	if err := os.WriteFile(filepath.Join(bin, "zenity"), []byte(dialog), 0o700); err != nil {
		t.Fatal(err)
	}
	v := start(t, d, func(cmd *exec.Cmd) {
		cmd.Env = append(desktop.Without(cmd.Env, "PATH"), "PATH="+bin+":"+os.Getenv("PATH"))
	})
	tool.Get(t, v.URL+"work")
	_, job, _ := strings.Cut(v.Line("job "), "job ")
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "<!DOCTYPE html><title>Other</title><p>") }))
	t.Cleanup(other.Close)
	at, err := url.Parse(other.URL)
	if err != nil {
		t.Fatal(err)
	}
	tab := chrome.Start(t, "--host-resolver-rules=MAP evil.test 127.0.0.1")
	script := fmt.Sprintf("%s(%q, ['/app.path', '/app.pick', %q])", sendAll, strings.TrimSuffix(v.URL, "/"), job)
	send := func(page string) string {
		t.Helper()
		if err := chromedp.Do(tab, chromedp.Navigate(page)); err != nil {
			t.Fatal(err)
		}
		seen, err := chromedp.Run(tab, chromedp.Evaluate[[]string](script, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(seen, "\n")
	}
	opened := func() bool {
		_, err := os.Stat(asked)
		return err == nil
	}
	tried, held := 0, 0
	for _, host := range []string{"evil.test", "127.0.0.1", "localhost"} {
		before := v.Refusals()
		seen := send("http://" + host + ":" + at.Port())
		tried += 15
		refused := v.Refusals() - before
		reached := slices.Contains(v.reached(), "job")
		if refused < 15 || strings.TrimSpace(seen) != "" || opened() || reached {
			t.Errorf("from %s: %d are refused, %q is seen, dialog opened: %v, job canceled: %v", host, refused, seen, opened(), reached)
			continue
		}
		held += 15
	}
	// The same script on a page of the program does all of it.
	seen := send(v.URL)
	v.Line("reached job")
	if !opened() || !strings.Contains(seen, `"path":"/chosen"`) || !strings.Contains(seen, `"note":"`) {
		t.Errorf("the program's own page sees %q, dialog opened: %v", seen, opened())
	}
	proof.Held(t, "requests of other sites and ports for a dialog, for what is at a path and to cancel a job are refused", tried, held)
}
