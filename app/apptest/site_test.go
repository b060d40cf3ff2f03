package apptest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/dibbler"
)

// A site serves an HTML page, and a page that shows the form that was sent to it.
type site struct {
	html  string
	start func(ctx context.Context, tool *app.Tool) error // may be nil
}

func (s site) StartTool(ctx context.Context, tool *app.Tool) error {
	if s.start == nil {
		return nil
	}
	return s.start(ctx, tool)
}

func (s site) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString("<!DOCTYPE html>\n" + s.html)
	return err
}

// OnSent answers with the method and the form of the request.
func (s site) OnSent(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/plain")
	fmt.Fprint(w, r.Method)
	if r.URL.RawQuery != "" {
		fmt.Fprint(w, " ?", r.URL.RawQuery)
	}
	parts, err := r.MultipartReader()
	if err != nil {
		body, err := io.ReadAll(r.Body)
		if len(body) > 0 {
			fmt.Fprintf(w, " %s", body)
		}
		return err
	}
	for {
		part, err := parts.NextPart()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, " %s=%s", part.FormName(), content)
		if _, ok := part.Header["Content-Type"]; ok {
			fmt.Fprintf(w, " (file %q)", part.FileName())
		}
	}
}

func startSite(t testing.TB, s site, args ...string) *apptest.Program {
	t.Helper()
	return apptest.Start(t, app.App{Name: "Site", Plugins: []any{s}}, args...)
}

// form returns a form with fields and a button.
func form(fields string) string {
	return `<form action="sent" method="post">` + fields + `<button>Send</button></form>`
}

func TestForms(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		html string
		do   func(page *apptest.Page) *apptest.Page // nil: press Send
		want string
	}{
		"label for":       {form(`<label for="n">Name</label><input id="n" name="n">`), fill("Name", "Ada & co"), "POST n=Ada+%26+co"},
		"label around":    {form(`<label>Your <b>name</b> <input name="n"></label>`), fill("Your name", "Ada"), "POST n=Ada"},
		"aria-label":      {form(`<input name="n" aria-label="Name">`), fill("Name", "Ada"), "POST n=Ada"},
		"aria-labelledby": {form(`<b id="a">First</b> <b id="b">name</b><input name="n" aria-labelledby="a b">`), fill("First name", "Ada"), "POST n=Ada"},
		"title":           {form(`<input name="n" title="Name">`), fill("Name", "Ada"), "POST n=Ada"},
		"replaced":        {form(`<label>Name <input name="n" value="Eve"></label>`), fill("Name", ""), "POST n="},
		"as it is":        {form(`<input name="n" value="Eve"><input name="d" disabled value="x"><input value="y"><fieldset disabled><input name="f"></fieldset>`), nil, "POST n=Eve"},
		"hidden":          {form(`<input type="hidden" name="id" value="7">`), nil, "POST id=7"},
		"text area":       {form("<label>Note <textarea name=n>\nold\nlines</textarea></label>"), nil, "POST n=old%0D%0Alines"},
		"new text":        {form("<label>Note <textarea name=n>old</textarea></label>"), fill("Note", "a\nb"), "POST n=a%0D%0Ab"},
		"number":          {form(`<label>Times <input type="number" name="n" max="3"></label>`), fill("Times", "9"), "POST n=9"},
		"box off":         {form(`<label><input type="checkbox" name="b"> Strong</label>`), nil, "POST"},
		"box on":          {form(`<label><input type="checkbox" name="b"> Strong</label>`), check("Strong", true), "POST b=on"},
		"box taken away":  {form(`<label><input type="checkbox" name="b" value="1" checked> Strong</label>`), check("Strong", false), "POST"},
		"radio": {form(`<label><input type="radio" name="r" value="g" checked> Green</label><label><input type="radio" name="r" value="b"> Black</label>`),
			check("Black", true), "POST r=b"},
		"radio of another form": {`<form><label><input type="radio" name="r" value="x" checked> Other</label></form>` + form(`<label><input type="radio" name="r" value="g"> Green</label>`),
			func(page *apptest.Page) *apptest.Page {
				page.Check("Green", true)
				if page.Value("Other") != "x" {
					t.Error("the radio button of another form is no longer checked")
				}
				return page.Click("Send")
			}, "POST r=g"},
		"first option":  {form(`<select name="s"><option disabled>Choose<option value="g">Green<option>Black</select>`), nil, "POST s=g"},
		"option":        {form(`<label>Tea <select name="s"><option value="g">Green<option> Black  tea</select></label>`), fill("Tea", "Black tea"), "POST s=Black+tea"},
		"last selected": {form(`<select name="s"><option selected>a<option selected>b</select>`), nil, "POST s=b"},
		"several options": {form(`<select name="s" multiple><option selected>a<option selected>b<option>c</select>`),
			func(page *apptest.Page) *apptest.Page { return page.Check("a", false).Check("c", true).Click("Send") }, "POST s=b&s=c"},
		"get":                 {`<form action="sent?old=1#x"><label>Year <input name="year"></label><button name="show" value="all">Show</button></form>`, func(page *apptest.Page) *apptest.Page { return page.Fill("Year", "2003").Click("Show") }, "GET ?year=2003&show=all"},
		"two buttons":         {form(`<button name="do" value="a">A</button><button name="do" value="b">B</button><input type="submit" name="do" value="C">`), click("B"), "POST do=b"},
		"input as a button":   {form(`<button name="do" value="a">A</button><input type="submit" name="do" value="C">`), click("C"), "POST do=C"},
		"button's action":     {`<form action="nowhere" id="f"><input name="n" value="1"></form><button form="f" formaction="/sent" formmethod="post">Go</button>`, click("Go"), "POST n=1"},
		"field outside":       {`<form action="sent" id="f"><button>Go</button></form><label>Name <input name="n" form="f"></label>`, func(page *apptest.Page) *apptest.Page { return page.Fill("Name", "Ada").Click("Go") }, "GET ?n=Ada"},
		"in the order":        {form(`<input name="b" value="1"><input name="a" value="2"><input name="b" value="3">`), nil, "POST b=1&a=2&b=3"},
		"aria-label, button":  {form(`<button name="x" value="1" aria-label="Delete Coffee">×</button>`), click("Delete Coffee"), "POST x=1"},
		"seen, button":        {form(`<button name="x" value="1" aria-label="Delete Coffee">×</button>`), click("×"), "POST x=1"},
		"picture":             {form(`<button name="x" value="1"><img alt="Save"></button>`), click("Save"), "POST x=1"},
		"template is no part": {form(`<template><input name="t"></template><input name="n">`), nil, "POST n="},
		"link":                {`<a href="sent?a=b#c"><span aria-hidden="true">→</span> <span>Next year</span></a>`, click("Next year"), "GET ?a=b"},
		"seen, link":          {`<a href="sent"><span aria-hidden="true">→</span> <span>Next</span></a>`, click("→ Next"), "GET"},
		"form filled in last": {strings.Repeat(`<form action="sent?f=1"><label>One <input name="a"></label><button>Save</button></form>`, 1) + `<form action="sent"><label>Two <input name="b"></label><button>Save</button></form>`,
			func(page *apptest.Page) *apptest.Page { return page.Fill("Two", "x").Click("Save") }, "GET ?b=x"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := startSite(t, site{html: test.html}).Get("/")
			if test.do == nil {
				test.do = click("Send")
			}
			if got := test.do(page).Text(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func fill(label, value string) func(*apptest.Page) *apptest.Page {
	return func(page *apptest.Page) *apptest.Page { return page.Fill(label, value).Click("Send") }
}

func check(label string, on bool) func(*apptest.Page) *apptest.Page {
	return func(page *apptest.Page) *apptest.Page { return page.Check(label, on).Click("Send") }
}

func click(name string) func(*apptest.Page) *apptest.Page {
	return func(page *apptest.Page) *apptest.Page { return page.Click(name) }
}

func TestAttach(t *testing.T) {
	t.Parallel()
	multipart := func(input string) string {
		return `<form action="sent" method="post" enctype="multipart/form-data"><input name="n" value="1"><label>Sums ` + input + `</label><button>Send</button></form>`
	}
	for name, test := range map[string]struct {
		html  string
		files []string
		want  string
	}{
		"none":       {multipart(`<input type="file" name="f">`), nil, `POST n=1 f= (file "")`},
		"one":        {multipart(`<input type="file" name="f">`), []string{"a b.txt"}, `POST n=1 f=in a b.txt (file "a b.txt")`},
		"replaced":   {multipart(`<input type="file" name="f">`), []string{"a", "ü"}, `POST n=1 f=in ü (file "ü")`},
		"several":    {multipart(`<input type="file" name="f" multiple>`), []string{"a", "b"}, `POST n=1 f=in a (file "a") f=in b (file "b")`},
		"urlencoded": {form(`<label>Sums <input type="file" name="f"></label>`), []string{"a"}, `POST f=a`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := startSite(t, site{html: test.html}).Get("/")
			for _, name := range test.files {
				page.Attach("Sums", name, "in "+name)
			}
			if got := page.Click("Send").Text(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
