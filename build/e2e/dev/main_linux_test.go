package dev

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/dibbler-app/dibbler/build/e2e/chrome"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// dibble is the path of the command.
var dibble string

func TestMain(m *testing.M) { tool.Main(m, map[*string]string{&dibble: "../../dibble"}) }

// files are the files of the tool that the tests change.
var files = map[string]string{
	"../go.work": "go 1.26.0\n\nuse ./greeter\n",
	"cmd/greet/main.go": `package main

import (
	"context"
	"embed"
	"fmt"
	"net/http"

	"example.com/greeter/greeting"
	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

//go:embed web
var web embed.FS

var pages = app.Templates(web, nil, "web/*.html")

func main() {
	app.Main(app.App{Name: "Greeter", ID: "com.example.greeter", Plugins: []any{greeter{}}})
}

type greeter struct{}

func (greeter) StartTool(_ context.Context, tool *app.Tool) error {
	if err := tool.Handle("POST /only", greeter{}.OnHome); err != nil {
		return err
	}
	return tool.Handle("GET /web/", http.FileServerFS(app.Files(web)))
}

func (greeter) OnHome(w *dibbler.Response, r *http.Request) error {
	if r.Method == http.MethodPost {
		fmt.Println("posted", r.URL.Path, r.FormValue("name"))
	}
	return w.Render(pages, "home.html", greeting.Text)
}
`,
	"cmd/greet/web/home.html": `<!DOCTYPE html>
<html lang="en">
<meta name="color-scheme" content="light dark">
<title>Greeter</title>
<link rel="stylesheet" href="/app.css">
<link rel="stylesheet" href="/web/style.css">
<main>
<h1>{{.}}</h1>
<form method="post">
<label>Name <input name="name" value="Ada"></label>
<label>Secret <input name="secret" type="password"></label>
<label>Times <select name="times"><option>1<option>2<option>3</select></label>
<label><input name="loud" type="checkbox"> Loud</label>
<label>Why <textarea name="why"></textarea></label>
<button>Greet</button>
</form>
</main>
</html>
`,
	"cmd/greet/web/style.css": "main { height: 3000px }\n",
	"greeting/greeting.go":    "package greeting\n\nconst Text = \"one\"\n",
}

// An author changes a tool while dibble dev and a browser are running.
type author struct {
	*desktop.Process
	t   testing.TB
	d   *desktop.Desktop
	dir string
	tab context.Context
	url string
}

// start makes the module of the tool, starts dibble dev, and shows the page in a browser.
func start(t testing.TB) *author {
	t.Helper()
	d := desktop.Start(t)
	a := &author{t: t, d: d, dir: filepath.Join(d.Home(), "Tee & Küche", "greeter"), tab: chrome.Start(t)}
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		a.write(name, text)
	}
	a.write("go.sum", read(t, filepath.Join(root, "go.sum")))
	_, requirements, _ := strings.Cut(read(t, filepath.Join(root, "go.mod")), "\n")
	a.write("go.mod", fmt.Sprintf("module example.com/greeter\n%s\nrequire github.com/dibbler-app/dibbler v0.0.0\n\nreplace github.com/dibbler-app/dibbler => %s\n", requirements, root))
	a.run()
	return a
}

// run starts dibble dev.
func (a *author) run() {
	a.t.Helper()
	cmd := a.d.Command(dibble, "dev", "--", "-no-tray", "-no-browser")
	cmd.Dir = a.dir
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			a.t.Fatal(err)
		}
		cmd.Env = append(cmd.Env, name+"="+strings.TrimSpace(string(value)))
	}
	a.Process = a.d.Spawn(cmd)
	a.url = tool.Address(a.Process)
	a.do(chromedp.Navigate(a.url))
}

// fill fills in the form, and scrolls.
const fill = `
	const field = name => document.querySelector("[name=" + name + "]");
	[field("name").value, field("secret").value, field("times").value, field("why").value, field("loud").checked] = ["Grace", "xyzzy", "3", "<b>\n\"", true];
	scrollTo(0, 700)`

func read(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// write saves a file like most editors.
func (a *author) write(name, text string) {
	a.t.Helper()
	path := filepath.Join(a.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		a.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		a.t.Fatal(err)
	}
}

// rename saves a file like GoLand, with the same names of temporary files.
func (a *author) rename(name, text string) {
	a.t.Helper()
	a.write(name+"___jb_tmp___", text)
	path := filepath.Join(a.dir, name)
	for _, names := range [][2]string{{path, path + "___jb_old___"}, {path + "___jb_tmp___", path}} {
		if err := os.Rename(names[0], names[1]); err != nil {
			a.t.Fatal(err)
		}
	}
	if err := os.Remove(path + "___jb_old___"); err != nil {
		a.t.Fatal(err)
	}
}

// replace replaces a text of the original file.
func (a *author) replace(name, old, text string) {
	a.t.Helper()
	content := files[name]
	if !strings.Contains(content, old) {
		a.t.Fatalf("%s has no %q", name, old)
	}
	a.write(name, strings.Replace(content, old, text, 1))
}

func (a *author) do(actions ...chromedp.Action[chromedp.Void]) {
	a.t.Helper()
	if err := chromedp.Do(a.tab, actions...); err != nil {
		a.t.Fatal(err)
	}
}

// A page is the visible content of a page.
type page struct {
	Heading                  string
	Scroll                   int
	Name, Secret, Times, Why string
	Loud                     bool
	Errors                   string // shown over the page
	Button                   string // shows the errors again
	Message                  string // about the tool
}

const lookAtPage = `(() => {
	const root = document.querySelector("dibbler-bar")?.shadowRoot;
	const field = name => document.querySelector("[name=" + name + "]");
	return JSON.stringify({
		Heading: document.querySelector("h1")?.textContent ?? "",
		Scroll: Math.round(scrollY),
		Name: field("name")?.value, Secret: field("secret")?.value, Times: field("times")?.value, Why: field("why")?.value, Loud: field("loud")?.checked,
		Errors: root?.querySelector("dialog.dev[open]")?.innerText ?? "",
		Button: root?.querySelector("button.dev")?.textContent ?? "",
		Message: root?.querySelector("p.dev")?.textContent ?? "",
	});
})()`

// sees waits until the page is as wanted, and returns it.
func (a *author) sees(what string, is func(p page) bool) (p page) {
	a.t.Helper()
	there := false
	defer func() {
		if !there {
			a.t.Logf("the last page: %+v", p)
		}
	}()
	desktop.Await(a.t, what, func() bool {
		text, err := chromedp.Run(a.tab, chromedp.Evaluate[string](lookAtPage))
		if err != nil { // the page is loading
			return false
		}
		p = page{}
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			a.t.Fatal(err)
		}
		return is(p)
	})
	there = true
	return p
}

func (a *author) seesHeading(text string) page {
	a.t.Helper()
	return a.sees("the heading "+text, func(p page) bool { return p.Heading == text })
}

// says waits until dibble dev prints a text.
func (a *author) says(text string) {
	a.t.Helper()
	desktop.Await(a.t, text, func() bool { return strings.Contains(a.Stderr(), text) })
}
