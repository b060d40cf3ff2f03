package apptest_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app"
)

func TestText(t *testing.T) {
	t.Parallel()
	const html = `<title>Tea  plan</title><style>p {}</style><script>let x</script><template>t</template><noscript>n</noscript>
<h1>Plan</h1><p>Two
  cups<br>of <b>black</b>&nbsp;tea<p hidden>secret</p>
<table><tr><th>Day<th>Cups<tr><td>Monday<td>2</table><pre>a
  b</pre><label>Name <input value="Ada"></label><select><option>Green</select><textarea>note</textarea><button>Save</button>`
	page := startSite(t, site{html: html}).Get("/")
	want := "Plan\nTwo cups\nof black tea\nDay Cups\nMonday 2\na\nb\nName Save"
	if got := page.Text(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := page.Title(); got != "Tea plan" {
		t.Errorf("the title is %q", got)
	}
	if !strings.Contains(page.HTML, "<script>let x</script>") {
		t.Errorf("the HTML is %s", page.HTML)
	}
	if got := startSite(t, site{html: "x"}).Get("/").Title(); got != "" {
		t.Errorf("without one, the title is %q", got)
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	page := startSite(t, site{html: `<label>Name <input value="Ada"></label>
<label>Tea <select><option value="g">Green<option value="b" selected label="Black tea">x</select></label>
<label>Cups <select><option>1<option>2</select></label>
<label>Days <select multiple><option>Mo<option selected>Tu<option selected>We</select></label>
<label>Note <textarea>
a
b</textarea></label>
<label><input type="checkbox" checked> Strong</label><label><input type="radio" name="r" value="h"> Hot</label>`}).Get("/")
	for label, want := range map[string]string{"Name": "Ada", "Tea": "Black tea", "Cups": "1", "Days": "Tu\nWe", "Note": "a\nb", "Strong": "on", "Hot": ""} {
		if got := page.Value(label); got != want {
			t.Errorf("%s: got %q, want %q", label, got, want)
		}
	}
	page.Fill("Name", "Eve").Fill("Note", "c").Check("Hot", true)
	if page.Value("Name") != "Eve" || page.Value("Note") != "c" || page.Value("Hot") != "h" {
		t.Error("the field does not have the new value")
	}
}

func TestError(t *testing.T) {
	t.Parallel()
	page := startSite(t, site{html: `<p role="alert">Nothing was <b>saved</b>.</p>
<label>A <input aria-invalid="true" aria-describedby="help aError"></label><small id="help">Your name.</small><small class="error" id="aError">Too long.</small>
<label>B <input aria-describedby="help"></label>
<label>C <input aria-invalid="true" aria-describedby="help"></label>
<label>D <input aria-invalid="true" aria-errormessage="aError"></label>
<label>E <input aria-invalid="true"></label>`}).Get("/")
	for label, want := range map[string]string{"": "Nothing was saved.", "A": "Too long.", "B": "", "C": "Your name.", "D": "Too long.", "E": ""} {
		if got := page.Error(label); got != want {
			t.Errorf("%s: got %q, want %q", label, got, want)
		}
	}
}

func TestIn(t *testing.T) {
	t.Parallel()
	row := func(name string) string {
		return `<tr><td>` + name + `</td><td><form action="sent"><button name="delete" value="` + name + `">Delete</button></form></td></tr>`
	}
	page := startSite(t, site{html: `<nav aria-label="Years"><a href="sent?nav">Next</a></nav><a href="sent?page">Next</a>
<section><h2>Tea</h2><form action="sent" aria-label="Tea"><label>Cups <input name="tea"></label><button>Save</button></form></section>
<section aria-labelledby="c"><h2 id="c">Coffee</h2><form action="sent"><label>Cups <input name="coffee"></label><button>Save</button></form></section>
<fieldset><legend>Colour</legend><label>Other <input value="red"></label></fieldset><label>Other <input value="none"></label>
<ul><li>Cold<ul><li>Ice <button form="ice" name="ice">Melt</button></ul></ul><form id="ice" action="sent"></form>
<table><caption>Bought</caption>` + row("Milk") + row("Sugar") + `</table>`}).Get("/")
	for name, got := range map[string]string{
		"GET ?nav":          page.In("Years").Click("Next").Text(),
		"GET ?tea=2":        page.In("Tea").Fill("Cups", "2").Click("Save").Text(),
		"GET ?coffee=3":     page.In("Coffee").Fill("Cups", "3").Click("Save").Text(),
		"GET ?delete=Sugar": page.In("Sugar").Click("Delete").Text(),
		"GET ?delete=Milk":  page.In("Bought").In("Milk").Click("Delete").Text(),
		"GET ?ice=":         page.In("Ice").Click("Melt").Text(),
		"red":               page.In("Colour").Value("Other"),
		"Milk\nDelete":      page.In("Milk").Text(),
	} {
		if got != name {
			t.Errorf("got %q, want %q", got, name)
		}
	}
	if got := page.In("Tea").Value("Cups"); got != "2" {
		t.Errorf("the part has %q", got)
	}
}

// Get follows redirects, like a browser, and sends the cookies of earlier responses.
func TestGet(t *testing.T) {
	t.Parallel()
	p := startSite(t, site{html: `<form action="/sign" method="post"><button>Sign in</button></form><a href="?year=2003">Older</a>`, start: func(_ context.Context, tool *app.Tool) error {
		for pattern, h := range map[string]http.HandlerFunc{
			"POST /sign": func(w http.ResponseWriter, r *http.Request) {
				http.SetCookie(w, &http.Cookie{Name: "who", Value: "Ada"})
				http.Redirect(w, r, "/who?x=1", http.StatusSeeOther)
			},
			"GET /who": func(w http.ResponseWriter, r *http.Request) {
				c, err := r.Cookie("who")
				if err != nil {
					http.Error(w, err.Error(), http.StatusForbidden)
					return
				}
				w.Write([]byte(c.Value + r.Header.Get("Sec-Fetch-Site")))
			},
			"GET /away": http.RedirectHandler("http://elsewhere.test/sign-in", http.StatusFound).ServeHTTP,
			"PUT /tea/{n}": func(w http.ResponseWriter, r *http.Request) {
				w.Write([]byte("put " + r.PathValue("n") + r.Header.Get("Accept")))
			},
		} {
			if err := tool.Handle(pattern, h); err != nil {
				return err
			}
		}
		return nil
	}})
	if page := p.Get("/who"); page.Status != http.StatusForbidden || page.Path != "/who" {
		t.Errorf("%d at %s", page.Status, page.Path)
	}
	if page := p.Get("/").Click("Sign in"); page.Status != http.StatusOK || page.Path != "/who?x=1" || page.Text() != "Adasame-origin" {
		t.Errorf("%d at %s: %s", page.Status, page.Path, page.Text())
	}
	if page := p.Get("/nowhere"); page.Status != http.StatusNotFound || page.Title() == "" {
		t.Errorf("%d: %s", page.Status, page.HTML)
	}
	if page := p.Get("/away"); page.Status != http.StatusFound || page.Header.Get("Location") != "http://elsewhere.test/sign-in" {
		t.Errorf("%d: %v", page.Status, page.Header)
	}
	if page := p.Get("/?year=2004#may").Click("Older"); page.Path != "/?year=2003" {
		t.Errorf("at %s", page.Path)
	}
	put, err := http.NewRequest(http.MethodPut, "/tea/3", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Do(put).Text(); got != "put 3" {
		t.Errorf("got %q", got)
	}
	if page := p.Get("/app.events"); page.Status != http.StatusOK || page.HTML != "" {
		t.Errorf("%d: %s", page.Status, page.HTML)
	}
}

// Labels and errors are found in the markup that package dibbler writes.
func TestInput(t *testing.T) {
	t.Parallel()
	page := startSite(t, site{}).Get("/app.settings")
	page = page.Fill("Port", "0").Click("Save")
	if page.Status != http.StatusBadRequest || page.Error("Port") != "Enter a number from 1 to 65535." || !strings.Contains(page.Error(""), "Nothing was saved") {
		t.Errorf("%d: %q, %q", page.Status, page.Error("Port"), page.Error(""))
	}
	page = page.Fill("Port", "20001").Check("Start Site when I log in", true).Click("Save")
	if page.Status != http.StatusOK || page.Value("Port") != "20001" || page.Value("Start Site when I log in") != "on" {
		t.Errorf("%d: %s", page.Status, page.Text())
	}
}
