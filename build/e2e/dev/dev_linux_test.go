package dev

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/pagecheck"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// TestChange changes Go, a template and a style sheet while a form is half filled in.
func TestChange(t *testing.T) {
	a := start(t, "-no-tray", "-no-browser")
	a.seesHeading("one")
	a.do(run(fill))
	filled := page{Scroll: 700, Name: "Grace", Times: "3", Why: "<b>\n\"", Loud: true}
	check := func(what string) {
		t.Helper()
		filled.Heading = what
		a.sees(fmt.Sprintf("%+v", filled), func(p page) bool { return p == filled })
	}

	a.replace("greeting/greeting.go", "one", "two")
	check("two")
	builds := strings.Count(a.Stderr(), "built in")
	a.rename("cmd/greet/web/home.html", strings.Replace(files["cmd/greet/web/home.html"], "{{.}}", "template of {{.}}", 1))
	check("template of two")
	a.rename("cmd/greet/web/home.html", strings.Replace(files["cmd/greet/web/home.html"], "{{.}}", "again {{.}}", 1))
	check("again two")
	a.replace("cmd/greet/web/style.css", "3000px", "2000px")
	a.sees("the style", func(page) bool {
		height, err := chromedp.Run(a.tab, chromedp.Evaluate[float64](`document.querySelector("main").clientHeight`))
		return err == nil && height == 2000
	})
	check("again two")
	if n := strings.Count(a.Stderr(), "built in"); n != builds {
		t.Errorf("%d builds because of templates:\n%s", n-builds, a.Stderr())
	}
	// Go after templates, with both.
	a.replace("greeting/greeting.go", "one", "three")
	check("again three")
	// A template that is new, in a folder that is new.
	a.write("cmd/greet/web/more/new.html", "new")
	a.says("new.html changed; pages reload")
}

// TestSaveTwice saves again while the tool of the first change starts, and a third time
// while that of the second one is built.
func TestSaveTwice(t *testing.T) {
	a := start(t, "-no-tray", "-no-browser")
	goOn := filepath.Join(a.d.Home(), "go on")
	a.replace("cmd/greet/main.go", `return tool.Handle("GET`, fmt.Sprintf(`for {
		if _, err := os.Stat(%q); err == nil {
			break
		}
		time.Sleep(time.Millisecond)
	}
	return tool.Handle("GET`, goOn))
	a.write("cmd/greet/main.go", strings.Replace(read(t, filepath.Join(a.dir, "cmd/greet/main.go")), `"net/http"`, "\"net/http\"\n\t\"os\"\n\t\"time\"", 1))
	built := func(n int) func() bool {
		return func() bool { return strings.Count(a.Stderr(), "built in") == n }
	}
	desktop.Await(t, "the first change to be built", built(2))
	a.replace("greeting/greeting.go", "one", "two")
	a.says("greeting.go changed")
	if err := os.WriteFile(goOn, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	a.seesHeading("two")
	a.replace("greeting/greeting.go", "one", "three")
	desktop.Await(t, "the third change", func() bool { return strings.Count(a.Stderr(), "greeting.go changed") == 2 })
	a.replace("greeting/greeting.go", "one", "four")
	a.seesHeading("four")
}

// TestForm: a form is not sent again when its page reloads.
func TestForm(t *testing.T) {
	a := start(t, "-no-tray", "-no-browser")
	a.do(run(`document.querySelector("[name=name]").value = "Grace"; document.querySelector("form").submit()`))
	desktop.Await(t, "the form", func() bool { return strings.Contains(a.Stdout(), "posted / Grace\n") })
	a.seesHeading("one")
	a.do(run(`document.querySelector("[name=name]").value = "Joan"`))
	a.replace("greeting/greeting.go", "one", "two")
	a.sees("what was typed", func(p page) bool { return p.Heading == "two" && p.Name == "Joan" })
	// A page that is there by a form only.
	a.do(run(`document.querySelector("form").action = "/only"; document.querySelector("form").submit()`))
	desktop.Await(t, "the form", func() bool { return strings.Contains(a.Stdout(), "posted /only Joan\n") })
	a.replace("greeting/greeting.go", "one", "three")
	p := a.sees("the word", func(p page) bool { return strings.HasPrefix(p.Word, "The tool has changed.") })
	if p.Heading != "two" {
		t.Errorf("%+v", p)
	}
	if n := strings.Count(a.Stdout(), "posted"); n != 2 {
		t.Errorf("posted %d times", n)
	}
}

// TestTemplateError: the error of a template is shown until the template is fixed.
func TestTemplateError(t *testing.T) {
	a := start(t, "-no-tray", "-no-browser")
	a.replace("cmd/greet/web/home.html", "{{.}}", "{{")
	p := a.sees("an error", func(p page) bool { return p.Heading != "one" && p.Heading != "" })
	if text := a.html(); !strings.Contains(text, "home.html:8") || !strings.Contains(text, "<details open") {
		t.Errorf("%s: %s", p.Heading, text)
	}
	a.replace("cmd/greet/web/home.html", "{{.}}", "mended {{.}}")
	a.seesHeading("mended one")
}

// html returns the page as it is in the tab.
func (a *author) html() string {
	a.t.Helper()
	text, err := chromedp.Run(a.tab, chromedp.Evaluate[string]("document.documentElement.outerHTML"))
	if err != nil {
		a.t.Fatal(err)
	}
	return text
}

// TestErrors: each kind of error is shown over the page until it is fixed, while the previous
// build keeps running.
func TestErrors(t *testing.T) {
	check := pagecheck.Fetch(t)
	a := start(t, "-no-tray", "-no-browser")
	a.seesHeading("one")
	const greeting = "greeting/greeting.go"
	for _, test := range []struct{ name, file, old, text, want string }{
		{"compile", greeting, `"one"`, "`<b>` + oops", "greeting/greeting.go:3:22: undefined: oops"},
		{"module", "cmd/greet/main.go", `"example.com/greeter/greeting"`, `"example.com/nowhere"`, "cmd/greet/main.go:10:2: "},
		{"start", "cmd/greet/main.go", `return tool.Handle("GET`, `if true { return http.ErrAbortHandler }; return tool.Handle("GET`, "StartTool: net/http: abort Handler"},
		{"panic", "cmd/greet/main.go", "type greeter struct{}", "type greeter struct{}\n\nfunc init() { panic(\"no <b>tea</b>\") }", "cmd/greet/main.go:26: panic: no <b>tea</b>"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a.t = t
			a.replace(test.file, test.old, test.text)
			p := a.sees("the error", func(p page) bool { return strings.Contains(p.Errors, test.want) })
			if p.Heading != "one" || !strings.Contains(p.Errors, "The previous build keeps running.") {
				t.Errorf("%+v", p)
			}
			if !strings.Contains(a.Stderr(), test.want[max(0, strings.Index(test.want, "panic")):]) {
				t.Errorf("the terminal does not show it: %s", a.Stderr())
			}
			for _, scheme := range []struct {
				name  string
				apply chromedp.Action[chromedp.Void]
			}{{"light", chrome.Light}, {"dark", chrome.Dark}} {
				t.Run(scheme.name, func(t *testing.T) {
					a.do(scheme.apply)
					check.Axe(a.tab, t)
					chrome.WindowScreenshot(a.tab, t, "page")
				})
			}
			// A page that is opened later shows it as well, until it was closed here.
			a.do(chromedp.Navigate(a.url))
			a.sees("the error on another page", func(p page) bool { return strings.Contains(p.Errors, test.want) })
			a.do(chromedp.KeyEvent("\x1b"))
			p = a.sees("the page", func(p page) bool { return p.Errors == "" })
			if p.Button == "" {
				t.Error("nothing shows the error again")
			}
			a.do(chromedp.Navigate(a.url))
			p = a.sees("the button", func(p page) bool { return p.Button != "" })
			if p.Errors != "" {
				t.Error("what was read is shown again")
			}
			a.do(run(`document.querySelector("dibbler-bar").shadowRoot.querySelector("button.dev").click()`))
			a.sees("the error again", func(p page) bool { return strings.Contains(p.Errors, test.want) })

			a.write(test.file, files[test.file])
			a.sees("no error", func(p page) bool { return p.Heading == "one" && p.Errors == "" && p.Button == "" && p.Word == "" })
		})
	}
}

// TestErrors_again: an error that was corrected, and not closed, is shown again when it
// occurs again.
func TestErrors_again(t *testing.T) {
	a := start(t, "-no-tray", "-no-browser")
	a.seesHeading("one")
	for range 2 {
		a.replace("greeting/greeting.go", `"one"`, "oops")
		a.sees("the error", func(p page) bool { return strings.Contains(p.Errors, "undefined: oops") })
		a.write("greeting/greeting.go", files["greeting/greeting.go"])
		a.sees("no error", func(p page) bool { return p.Errors == "" && p.Button == "" })
	}
}

// TestVet: the problems that go vet finds are shown when the author asks for them.
func TestVet(t *testing.T) {
	a := start(t, "-no-tray", "-no-browser")
	a.replace("greeting/greeting.go", "const Text = \"one\"", "const Text = \"two\"\n\nfunc f() { f := 1; f = f }")
	p := a.sees("the finding", func(p page) bool { return p.Button != "" })
	if p.Heading != "two" || p.Errors != "" || p.Button != "go vet has found problems." {
		t.Errorf("%+v", p)
	}
	a.do(run(`document.querySelector("dibbler-bar").shadowRoot.querySelector("button.dev").click()`))
	a.sees("what it is", func(p page) bool {
		return strings.Contains(p.Errors, "greeting/greeting.go:5:20: self-assignment of f")
	})
	a.write("greeting/greeting.go", files["greeting/greeting.go"])
	a.sees("none", func(p page) bool { return p.Heading == "one" && p.Button == "" })
}

// TestInterrupt: nothing is left after Ctrl-C, and the next run has the same address and files.
func TestInterrupt(t *testing.T) {
	a := start(t, "-no-tray", "-no-browser")
	url := a.url
	a.Signal(os.Interrupt)
	if got := a.Wait(); got.ExitCode() != 0 {
		t.Errorf("%v: %s", got, a.Stderr())
	}
	a.nothingIsLeft()
	a.sees("the word", func(p page) bool {
		return p.Word == "This page reloads when the tool is running again." && p.Heading == "one"
	})
	a.write("greeting/greeting.go", strings.Replace(files["greeting/greeting.go"], "one", "later", 1))
	a.run("-no-tray", "-no-browser")
	if a.url != url {
		t.Errorf("it is at %s, and was at %s", a.url, url)
	}
	a.seesHeading("later")
}

// nothingIsLeft fails the test if a process or a file of dibble dev is there.
func (a *author) nothingIsLeft() {
	a.t.Helper()
	for pid, name := range a.d.Running() {
		if slices.Contains([]string{"dibble", "greet", "go", "compile", "link", "vet"}, name) {
			a.t.Errorf("process %d is left: %s", pid, name)
		}
	}
	if left, err := filepath.Glob(filepath.Join(a.d.Home(), "..", "tmp", "dibble-dev-*")); len(left) > 0 || err != nil {
		a.t.Errorf("left %v, %v", left, err)
	}
}

// TestShutdown: when the owner shuts the tool down, dibble dev ends too.
func TestShutdown(t *testing.T) {
	a := start(t, "-no-tray", "-no-browser")
	resp, err := tool.Client.Do(post(t, a.url+"app.shutdown"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if got := a.Wait(); got.ExitCode() != 0 || !strings.Contains(a.Stderr(), "the tool has ended, so dibble dev ends too") {
		t.Errorf("%v: %s", got, a.Stderr())
	}
	a.nothingIsLeft()
}

func post(t *testing.T, url string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// TestKill: a tool ends when dibble dev is killed.
func TestKill(t *testing.T) {
	a := start(t, "-no-tray", "-no-browser")
	a.Signal(syscall.SIGKILL)
	a.Wait()
	desktop.Await(t, "the tool to end", func() bool {
		for _, name := range a.d.Running() {
			if name == "greet" {
				return false
			}
		}
		return true
	})
}

// TestCrash: after a crash and another change, the tool runs again, at the same address.
func TestCrash(t *testing.T) {
	a := start(t, "-no-tray", "-no-browser")
	a.replace("cmd/greet/main.go", "return w.Render", `go panic("no tea"); return w.Render`)
	a.says("no tea") // it has loaded again, and so crashed
	a.says("The tool has crashed (exit status 2).")
	a.write("cmd/greet/main.go", files["cmd/greet/main.go"])
	desktop.Await(t, "the third start", func() bool { return strings.Count(a.Stdout(), a.url) == 3 })
	a.do(chromedp.Navigate(a.url))
	a.seesHeading("one")
}

// TestBrowser: only the first start opens the browser.
func TestBrowser(t *testing.T) {
	a := start(t, "-no-tray")
	opened := func() int { return strings.Count(a.log(), "opening the browser") }
	if n := opened(); n != 1 {
		t.Errorf("opened %d times: %s", n, a.log())
	}
	a.replace("greeting/greeting.go", "one", "two")
	a.seesHeading("two")
	if n := opened(); n != 1 {
		t.Errorf("opened %d times after a change: %s", n, a.log())
	}
}

// log returns the tool's log, which is apart from that of the tool that is installed.
func (a *author) log() string {
	a.t.Helper()
	return read(a.t, filepath.Join(a.d.Home(), ".local/state/com.example.greeter.dev/log.txt"))
}

// TestFirefox shows a change and an error in Firefox, whose page tells the tool what it
// shows.
func TestFirefox(t *testing.T) {
	proof.Only(t)
	a := start(t, "-no-tray", "-no-browser")
	a.do(chromedp.Navigate("about:blank"))
	const home = "cmd/greet/web/home.html"
	a.write("cmd/greet/web/seen.js", `
		if (document.querySelector("h1").textContent === "one") {`+fill+`}
		let last;
		setInterval(() => {
			const seen = `+lookAtPage+`;
			if (seen !== last) fetch("/seen", {method: "POST", body: seen});
			last = seen;
		}, 50)`)
	a.write(home, strings.Replace(files[home], "</main>", `<script src="/web/seen.js"></script></main>`, 1))
	a.says("home.html changed; pages reload")
	a.d.SpawnFirefox(false, a.url)
	seen := func(want page) {
		t.Helper()
		want.Scroll, want.Name, want.Times, want.Why, want.Loud = 700, "Grace", "3", "<b>\n\"", true
		text, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		line := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(text))
		desktop.Await(t, line, func() bool { return strings.Contains(a.Stdout(), "seen "+line+"\n") })
	}
	seen(page{Heading: "one", Secret: "xyzzy"})
	a.replace("greeting/greeting.go", "one", "two")
	seen(page{Heading: "two"})
	a.replace("greeting/greeting.go", `"one"`, "oops")
	const title = "This does not compile. The previous build keeps running."
	seen(page{Heading: "two", Errors: title + "\ngreeting/greeting.go:3:14: undefined: oops\nClose", Button: title})
	a.replace("greeting/greeting.go", "one", "three")
	seen(page{Heading: "three"})
}

// BenchmarkSave measures the time from a saved Go file to the page that shows it.
func BenchmarkSave(b *testing.B) {
	a := start(b, "-no-tray", "-no-browser")
	for i := 0; b.Loop(); i++ {
		text := fmt.Sprint("text ", i)
		a.replace("greeting/greeting.go", "one", text)
		a.seesHeading(text)
	}
}
