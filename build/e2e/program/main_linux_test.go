package program

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"go.uber.org/goleak"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// The programs that the tests start, once built.
var calendar, slowTool, bare, mounted, intruder string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "program")
	if err != nil {
		panic(err)
	}
	for _, b := range []struct {
		file       *string
		name, from string
	}{
		{&calendar, "calendar", "../../.."},
		{&slowTool, "slowtool", "./internal/slowtool"},
		{&bare, "bare", "./internal/bare"},
		{&mounted, "mounted", "./internal/mounted"},
		{&intruder, "intruder", "./internal/intruder"},
	} {
		from, err := filepath.Abs(b.from)
		if err != nil {
			panic(err)
		}
		*b.file = filepath.Join(dir, b.name)
		build := exec.Command("go", "build", "-o", *b.file, ".")
		build.Dir = from // the root is a module of its own
		build.Stderr = os.Stderr
		if err := build.Run(); err != nil {
			panic(err)
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil { // other users run what is in it
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		os.RemoveAll(dir)
		os.Exit(code)
	}))
}

// A program is a running calendar or slowtool.
type program struct {
	*desktop.Process
	t     testing.TB
	d     *desktop.Desktop
	url   string // such as http://127.0.0.1:8888/
	stdin io.Writer
}

// start starts a program and waits until it says where it is. change may be nil.
func start(t testing.TB, d *desktop.Desktop, change func(*exec.Cmd), name string, args ...string) *program {
	t.Helper()
	cmd := d.Command(name, args...)
	if change != nil {
		change(cmd)
	}
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.Close() })
	cmd.Stdin = r
	p := &program{Process: d.Spawn(cmd), t: t, d: d, stdin: w}
	r.Close()
	p.url = address(p.Process)
	return p
}

// address waits until a program says where it is.
func address(p *desktop.Process) string {
	_, url, _ := strings.Cut(p.Line(" is running at "), " is running at ")
	return url
}

func (p *program) hostPort() string {
	return strings.Trim(strings.TrimPrefix(p.url, "http://"), "/")
}

// ends waits for the end, and fails the test if the exit status is another one.
func (p *program) ends(status int) {
	p.t.Helper()
	if got := p.Wait().ExitCode(); got != status {
		p.t.Errorf("exit status %d, want %d; standard error:\n%s", got, status, p.Stderr())
	}
}

// client keeps no connection: the end of the program would have to wait for it.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}

// get fetches a page as another program of the same user does.
func get(t testing.TB, url string) string {
	t.Helper()
	resp, err := client.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v\n%s", url, resp.Status, err, body)
	}
	return string(body)
}

// begin asks for slowtool's slow page and returns when it is being made. The
// channel gets the answer, or why there was none.
func (p *program) begin() <-chan string {
	p.t.Helper()
	answer := make(chan string, 1)
	go func() {
		resp, err := client.Get(p.url + "slow")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			body = fmt.Append(body, err)
		}
		answer <- string(body)
	}()
	p.Line("begun")
	return answer
}

// finish lets slowtool finish one slow page.
func (p *program) finish() {
	p.t.Helper()
	if _, err := io.WriteString(p.stdin, "\n"); err != nil {
		p.t.Fatal(err)
	}
}

// awaitMenu waits until the menu holds these lines, among others: grey ones in
// parentheses, check marks in brackets.
func awaitMenu(t testing.TB, d *desktop.Desktop, lines ...string) {
	t.Helper()
	var menu []string
	defer func() {
		if t.Failed() {
			t.Logf("the menu is %q", menu)
		}
	}()
	desktop.Await(t, fmt.Sprintf("%q in the menu", lines), func() bool {
		menu = nil
		for _, item := range d.Item().Menu() {
			line := item.Label
			if item.Checked {
				line = "[x] " + line
			}
			if !item.Enabled {
				line = "(" + line + ")"
			}
			menu = append(menu, line)
		}
		for _, want := range lines {
			if !slices.Contains(menu, want) {
				return false
			}
		}
		return true
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

// closeTab closes a tab as its owner does.
func closeTab(t testing.TB, tab context.Context) {
	t.Helper()
	err := chromedp.Do(tab, chromedp.Func(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, page.Close, cdp.Empty{})
		return err
	}))
	if err != nil {
		t.Fatal(err)
	}
}

// do works in a tab.
func do(t testing.TB, tab context.Context, steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(tab, steps...); err != nil {
		t.Fatal(err)
	}
}

// read gets something out of a tab.
func read[T any](t testing.TB, tab context.Context, what chromedp.Action[T]) T {
	t.Helper()
	got, err := chromedp.Run(tab, what)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// text is what a person reads in a part of the page, as soon as there is anything.
// It bears with a tab that is going from one page to the next.
func text(t testing.TB, tab context.Context, part string) string {
	t.Helper()
	var got string
	look := fmt.Sprintf(`document.querySelector(%q)?.innerText ?? ""`, part)
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

// awaitListening waits until a page hears of the end of its program. A later
// listener that is heard tells that the page's own one has been.
func awaitListening(t testing.TB, tab context.Context) {
	t.Helper()
	do(t, tab, chromedp.WaitReady(chromedp.CSS("script[src='/app.js']")))
	read(t, tab, chromedp.Poll[bool](`performance.getEntriesByType("resource").some(r => r.name.endsWith("/app.js"))`))
	read(t, tab, chromedp.Evaluate[bool](`new Promise(heard => {
		const e = new EventSource("/app.events");
		e.onopen = () => { e.close(); heard(true); };
	})`, chromedp.EvalAwaitPromise))
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
