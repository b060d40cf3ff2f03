package dev

import (
	"fmt"
	"maps"
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
)

// TestChange changes Go, a template and a style sheet while a form is half filled in.
func TestChange(t *testing.T) {
	a := start(t)
	a.seesHeading("one")
	a.do(chrome.Run(fill))
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
	// Go after templates: both changes are there.
	a.replace("greeting/greeting.go", "one", "three")
	check("again three")
	// A new template in a new folder.
	a.write("cmd/greet/web/more/new.html", "new")
	a.says("new.html changed; pages reload")
}

// TestForm: when a page reloads, its form is not sent again.
func TestForm(t *testing.T) {
	a := start(t)
	a.do(chrome.Run(`document.querySelector("[name=name]").value = "Grace"; document.querySelector("form").submit()`))
	desktop.Await(t, "the form", func() bool { return strings.Contains(a.Stdout(), "posted / Grace\n") })
	a.seesHeading("one")
	a.do(chrome.Run(`document.querySelector("[name=name]").value = "Joan"`))
	a.replace("greeting/greeting.go", "one", "two")
	a.sees("what was typed", func(p page) bool { return p.Heading == "two" && p.Name == "Joan" })
	// A page that only a form reaches.
	a.do(chrome.Run(`document.querySelector("form").action = "/only"; document.querySelector("form").submit()`))
	desktop.Await(t, "the form", func() bool { return strings.Contains(a.Stdout(), "posted /only Joan\n") })
	a.replace("greeting/greeting.go", "one", "three")
	p := a.sees("the message", func(p page) bool { return strings.HasPrefix(p.Message, "The tool has changed.") })
	if p.Heading != "two" {
		t.Errorf("%+v", p)
	}
	if n := strings.Count(a.Stdout(), "posted"); n != 2 {
		t.Errorf("posted %d times", n)
	}
}

// TestErrors: each kind of error is shown over the page until it is fixed, while the
// previous build keeps running. What go vet finds is shown when the author asks for it.
func TestErrors(t *testing.T) {
	check := pagecheck.Fetch(t)
	a := start(t)
	a.seesHeading("one")
	const (
		greeting    = "greeting/greeting.go"
		pressButton = `document.querySelector("dibbler-bar").shadowRoot.querySelector("button.dev").click()`
	)
	for _, test := range []struct{ name, file, old, text, want string }{
		{"compile", greeting, `"one"`, "`<b>` + oops", "greeting/greeting.go:3:22: undefined: oops"},
		{"start", "cmd/greet/main.go", `return tool.Handle("GET`, `if true { return http.ErrAbortHandler }; return tool.Handle("GET`, "StartTool: net/http: abort Handler"},
		{"panic", "cmd/greet/main.go", "type greeter struct{}", "type greeter struct{}\n\nfunc init() { panic(\"no <b>tea</b>\") }", "panic: no <b>tea</b>"},
		{"vet", greeting, `"one"`, "\"one\"\n\nfunc f() { f := 1; f = f }", "self-assignment of f"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a.t = t
			a.replace(test.file, test.old, test.text)
			if test.name == "vet" {
				a.sees("the finding", func(p page) bool { return p.Button == "go vet found problems." && p.Errors == "" })
				a.do(chrome.Run(pressButton))
			}
			p := a.sees("the error", func(p page) bool { return strings.Contains(p.Errors, test.want) })
			if p.Heading != "one" || test.name != "vet" && !strings.Contains(p.Errors, "The previous build keeps running.") {
				t.Errorf("%+v", p)
			}
			a.says(test.want)
			check.Axe(a.tab, t)
			chrome.WindowScreenshot(a.tab, t, "page")
			// After the error is closed, a page that is opened later shows a button.
			a.do(chromedp.KeyEvent("\x1b"), chromedp.Navigate(a.url))
			if p := a.sees("the button", func(p page) bool { return p.Button != "" }); p.Errors != "" {
				t.Error("a closed error is shown again")
			}
			a.do(chrome.Run(pressButton))
			a.sees("the error again", func(p page) bool { return strings.Contains(p.Errors, test.want) })
			a.write(test.file, files[test.file])
			a.sees("no error", func(p page) bool { return p.Heading == "one" && p.Errors == "" && p.Button == "" && p.Message == "" })
		})
	}
}

// TestInterrupt: nothing is left after Ctrl-C, and the next run has the same address. The tool also
// ends when dibble dev is killed.
func TestInterrupt(t *testing.T) {
	a := start(t)
	url := a.url
	a.Signal(os.Interrupt)
	if got := a.Wait(); got.ExitCode() != 0 {
		t.Errorf("%v: %s", got, a.Stderr())
	}
	a.nothingIsLeft()
	a.sees("the message", func(p page) bool {
		return p.Message == "This page reloads when the tool is running again." && p.Heading == "one"
	})
	a.write("greeting/greeting.go", strings.Replace(files["greeting/greeting.go"], "one", "later", 1))
	a.run()
	if a.url != url {
		t.Errorf("the address is %s, and was %s", a.url, url)
	}
	a.seesHeading("later")
	a.Signal(syscall.SIGKILL)
	a.Wait()
	desktop.Await(t, "the tool to end", func() bool {
		return !slices.Contains(slices.Collect(maps.Values(a.d.Running())), "greet")
	})
}

// nothingIsLeft checks that no process and no file of dibble dev is left.
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

// TestCrash: after a crash and another change, the tool runs again, at the same address.
func TestCrash(t *testing.T) {
	a := start(t)
	a.replace("cmd/greet/main.go", "return w.Render", `go panic("no tea"); return w.Render`)
	a.says("no tea") // the page has reloaded, which crashes the tool
	a.says("The tool crashed (exit status 2).")
	a.write("cmd/greet/main.go", files["cmd/greet/main.go"])
	desktop.Await(t, "the third start", func() bool { return strings.Count(a.Stdout(), a.url) == 3 })
	a.do(chromedp.Navigate(a.url))
	a.seesHeading("one")
}

// BenchmarkSave measures the time from a saved Go file to the page that shows it.
func BenchmarkSave(b *testing.B) {
	a := start(b)
	for i := 0; b.Loop(); i++ {
		text := fmt.Sprint("text ", i)
		a.replace("greeting/greeting.go", "one", text)
		a.seesHeading(text)
	}
}
