package dibbler

import (
	"fmt"
	"html/template"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

type stepForm struct {
	Label string `schema:"label"`
	Count int    `schema:"count"`
}

type planForm struct {
	Name  string                `schema:"name,required"`
	Times int                   `schema:"times" default:"1"`
	When  time.Time             `schema:"when"`
	Gift  bool                  `schema:"gift"`
	Tags  []string              `schema:"tag"`
	Sizes []int                 `schema:"size" default:"1|2"`
	Steps []stepForm            `schema:"step"`
	Photo *multipart.FileHeader `schema:"photo"`
}

// inputPlugin has one page, /page, whose form is an Input.
type inputPlugin[F any] struct {
	got func(w *Response, in Input[F]) error
}

func (p inputPlugin[F]) OnPage(w *Response, r *http.Request, in Input[F]) error {
	return p.got(w, in)
}

// TestInput checks what a methlet gets from an Input.
func TestInput(t *testing.T) {
	for name, test := range map[string]struct {
		r      *http.Request
		status int
		sent   bool
		typed  map[string]string // by field: all texts, separated by bars
		errs   map[string]string
	}{
		"not sent": {httptest.NewRequest("GET", "/page", nil), 200, false,
			map[string]string{"name": "Ada", "times": "1", "gift": "on", "size": "1|2", "when": ""}, nil},
		"with unknown fields": {httptest.NewRequest("GET", "/page?utm=x&nam=x", nil), 200, false, map[string]string{"name": "Ada"}, nil},
		"HEAD":                {httptest.NewRequest("HEAD", "/page", nil), 200, false, nil, nil},
		"without a required field": {httptest.NewRequest("GET", "/page?times=3", nil), 422, true,
			map[string]string{"name": "", "times": "3", "gift": ""}, map[string]string{"name": "Fill this in."}},
		"blank": {httptest.NewRequest("GET", "/page?name=&times=", nil), 422, true,
			map[string]string{"name": "", "times": ""}, map[string]string{"name": "Fill this in."}},
		"an empty POST": {posted("/page", ""), 422, true, map[string]string{"name": "", "gift": ""}, map[string]string{"name": "Fill this in."}},
		"right": {posted("/page", "name=Ada&times=+3+&gift=0&gift=on&tag=a&tag=b&when=2026-12-31"), 200, true,
			map[string]string{"name": "Ada", "times": " 3 ", "gift": "on", "tag": "a|b", "when": "2026-12-31"}, nil},
		"an unchecked box": {posted("/page", "name=Ada&gift=0"), 200, true, map[string]string{"gift": "0"}, nil},
		"wrong": {posted("/page?times=4", "name=A&times=x&when=soon&gift=perhaps&size=1&size=two&step.0.count=1&step.1.count=x"), 422, true,
			map[string]string{"times": "x|", "when": "soon", "gift": "perhaps", "size": "1|two", "step.0.count": "1", "step.1.count": "x", "STEP.1.COUNT": "x"},
			map[string]string{"times": "Enter a whole number.", "when": "Enter a date such as 2026-12-31, a time such as 15:30, or both as 2026-12-31T15:30.",
				"gift": "Enter true or false.", "size": "Enter a whole number.", "step.1.count": "Enter a whole number.", "step.0.count": "", "Times": "Enter a whole number."}},
		"in another case":              {posted("/page", "NAME=Ada&Times=x"), 422, true, map[string]string{"name": "Ada", "times": "x"}, map[string]string{"times": "Enter a whole number."}},
		"refused by the page":          {posted("/page", "name=Ada&times=11"), 422, true, map[string]string{"times": "11"}, map[string]string{"times": "Choose 1 to 10."}},
		"values that no page can have": {posted("/page", "name=Ada&step.100.count=1"), 422, true, nil, map[string]string{"": "step.100.count: The highest item number is 99."}},
		"a file": {multi(t, "/page", func(w *multipart.Writer) {
			writeField(t, w, "name", "Ada")
			part, err := w.CreateFormFile("photo", "rome.jpg")
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprint(part, "x")
		}), 200, true, map[string]string{"photo": ""}, nil},
		"only a file's name": {posted("/page", "name=Ada&photo=rome.jpg"), 422, true, map[string]string{"photo": ""},
			map[string]string{"photo": `Only the name of the file was sent. The form needs enctype="multipart/form-data".`}},
	} {
		s := register(t, inputPlugin[planForm]{func(w *Response, in Input[planForm]) error {
			in.Prefill("Name", "Ada")
			in.Prefill("gift", "on")
			form, errs := in.Value()
			if form.Times < 1 || form.Times > 10 {
				errs.Add("times", "Choose 1 to 10.")
			}
			if in.Sent() != test.sent {
				t.Errorf("%s: sent is %v", name, in.Sent())
			}
			if want := len(test.errs) > 0 || !test.sent; errs.Any() != want {
				t.Errorf("%s: errors are %v", name, errs)
			}
			for field, want := range test.typed {
				if got := in.Typed(field); got != strings.Split(want, "|")[0] {
					t.Errorf("%s: typed for %s is %q, want %q", name, field, got, want)
				}
				if got := strings.Join(in.TypedAll(field), "|"); got != strings.TrimSuffix(want, "|") {
					t.Errorf("%s: all typed for %s is %q, want %q", name, field, got, want)
				}
			}
			if test.errs == nil {
				test.errs = map[string]string{"name": "", "times": ""}
			}
			for field, want := range test.errs {
				if got := in.Error(field); got != want {
					t.Errorf("%s: the error of %s is %q, want %q", name, field, got, want)
				}
			}
			_, err := w.WriteString("page")
			return err
		}})
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, test.r)
		if rec.Code != test.status || rec.Body.String() != "page" {
			t.Errorf("%s: %d %.300s, want %d", name, rec.Code, rec.Body, test.status)
		}
	}
}

// TestInput_value checks that a bad field has its default, and other fields their values.
func TestInput_value(t *testing.T) {
	s := register(t, inputPlugin[planForm]{func(w *Response, in Input[planForm]) error {
		form, _ := in.Value()
		equal(t, form, planForm{Name: "Ada", Times: 1, Tags: []string{"a"}})
		return nil
	}})
	ask(s, "GET", "/page?name=Ada&times=x&when=x&gift=x&tag=a&size=1&size=x")
}

func TestInput_markup(t *testing.T) {
	page := template.Must(template.New("page").Parse(`{{define "a"}}<input{{.ErrorAttrs "name"}}>{{.ErrorNote "name"}}` +
		`<input{{.ErrorAttrs "times" "timesNote"}}>{{.ErrorNote "times"}}<input{{.ErrorAttrs "step.0.count"}}>{{.ErrorNote "step.0.count"}}` +
		`{{.ErrorNote ""}}{{if .Has "tag" "a"}}ticked{{end}}{{if .Has "tag" "b"}}ticked{{end}}{{end}}`))
	for query, want := range map[string]string{
		"": `<input><input aria-describedby="timesNote"><input>`,
		"?name=&times=3&tag=c&tag=a": `<input aria-invalid="true" autofocus aria-describedby="nameError"><small class="error" id="nameError">Fill this in.</small>` +
			`<input aria-describedby="timesNote"><input>ticked`,
		"?name=&times=x&step.0.count=x": `<input aria-invalid="true" autofocus aria-describedby="nameError"><small class="error" id="nameError">Fill this in.</small>` +
			`<input aria-invalid="true" aria-describedby="timesError timesNote"><small class="error" id="timesError">Enter a whole number.</small>` +
			`<input aria-invalid="true" aria-describedby="step.0.countError"><small class="error" id="step.0.countError">Enter a whole number.</small>`,
		"?name=all": `<input><input aria-describedby="timesNote"><input><p role="alert">&lt;b&gt; &amp; &#34;c&#34;</p>`,
	} {
		s := register(t, inputPlugin[planForm]{func(w *Response, in Input[planForm]) error {
			if form, errs := in.Value(); form.Name == "all" {
				errs.Add("", `<b> & "c"`)
			}
			return w.Render(page, "a", in)
		}})
		if rec := ask(s, "GET", "/page"+query); rec.Body.String() != want {
			t.Errorf("%s:\n%s, want\n%s", query, rec.Body, want)
		}
	}
}

// TestInput_noSuchField checks that misspelt names are errors even if the form was not sent.
func TestInput_noSuchField(t *testing.T) {
	for name, use := range map[string]func(in Input[planForm]){
		"Typed":      func(in Input[planForm]) { in.Typed("tmies") },
		"TypedAll":   func(in Input[planForm]) { in.TypedAll("tmies") },
		"Has":        func(in Input[planForm]) { in.Has("tmies", "") },
		"Prefill":    func(in Input[planForm]) { in.Prefill("tmies", "") },
		"Error":      func(in Input[planForm]) { in.Error("tmies") },
		"ErrorAttrs": func(in Input[planForm]) { in.ErrorAttrs("tmies") },
		"ErrorNote":  func(in Input[planForm]) { in.ErrorNote("tmies") },
		"Add":        func(in Input[planForm]) { _, errs := in.Value(); errs.Add("tmies", "x") },
		"a struct":   func(in Input[planForm]) { in.Typed("step.0") },
		"a number":   func(in Input[planForm]) { in.Typed("step.100.count") },
	} {
		s := register(t, inputPlugin[planForm]{func(w *Response, in Input[planForm]) error { use(in); return nil }})
		rec := ask(s, "GET", "/page")
		if rec.Code != 500 {
			t.Errorf("%s: %d", name, rec.Code)
		}
		wantText(t, rec.Body.String(), "the form has no field &#34;", "; it has name, times, when, gift, tag, size, photo")
	}
	page := template.Must(template.New("a").Parse(`{{.Typed "tmies"}}`))
	s := register(t, inputPlugin[planForm]{func(w *Response, in Input[planForm]) error { return w.Render(page, "a", in) }})
	wantText(t, ask(s, "GET", "/page").Body.String(), "page a: ", "the form has no field &#34;tmies&#34;")
}

func TestInput_status(t *testing.T) {
	for name, test := range map[string]struct {
		answer func(w *Response) error
		want   int
	}{
		"nothing":      {func(w *Response) error { return nil }, 422},
		"content":      {func(w *Response) error { _, err := w.WriteString("x"); return err }, 422},
		"much content": {func(w *Response) error { _, err := w.Write(make([]byte, maxBuffered+1)); return err }, 422},
		"flushed":      {func(w *Response) error { w.Flush(); return nil }, 422},
		"set":          {func(w *Response) error { w.WriteHeader(202); return nil }, 202},
		"OK":           {func(w *Response) error { w.WriteOKHeaders("text/plain"); return nil }, 200},
		"an error":     {func(w *Response) error { return &Error{Status: 409} }, 409},
		"redirected":   {func(w *Response) error { http.Redirect(w, w.req, "/", http.StatusSeeOther); return nil }, 303},
	} {
		s := register(t, inputPlugin[planForm]{func(w *Response, in Input[planForm]) error { return test.answer(w) }})
		if rec := ask(s, "POST", "/page"); rec.Code != test.want {
			t.Errorf("%s: %d, want %d", name, rec.Code, test.want)
		}
	}
}

// TestInput_pattern checks that the values of wildcards do not count as sent and cannot be
// corrected.
func TestInput_pattern(t *testing.T) {
	s := new(Server)
	h := func(w *Response, r *http.Request, in Input[expenseForm]) error {
		form, errs := in.Value()
		_, err := fmt.Fprint(w, form.ID, in.Sent(), errs.Any(), in.Typed("id"), in.Error("amount"))
		return err
	}
	handle(t, s, map[string]any{"GET /expense/{id}": h, "PUT /expense/{ID}": h, "GET /map/{id}": func(w *Response, r *http.Request, in Input[url.Values]) error {
		form, errs := in.Value()
		_, err := fmt.Fprint(w, form, in.Sent(), errs.Any(), in.Typed("other"), in.Typed("a"))
		return err
	}})
	for _, test := range []struct {
		method, path string
		status       int
		want         string
	}{
		{"GET", "/expense/7", 200, "7 false true7"},
		{"GET", "/expense/7?id=8", 200, "7 false true7"},
		{"GET", "/expense/7?amount=", 422, "7 true true7Fill this in."},
		{"GET", "/expense/7?amount=5", 200, "7 true false7"},
		{"PUT", "/expense/7", 422, "7 true true7Fill this in."},
		{"GET", "/expense/x?amount=5", 404, "is not a page of this program"},
		{"GET", "/map/7?a=b", 200, "map[a:[b] id:[7]] true falseb"},
		{"GET", "/map/7", 200, "map[id:[7]] false false"},
	} {
		if rec := ask(s, test.method, test.path); rec.Code != test.status || !strings.Contains(rec.Body.String(), test.want) {
			t.Errorf("%s %s: %d %.300q, want %d %q", test.method, test.path, rec.Code, rec.Body, test.status, test.want)
		}
	}
}

func TestInput_unreadable(t *testing.T) {
	s := register(t, inputPlugin[planForm]{})
	r := httptest.NewRequest("POST", "/page", strings.NewReader(`{"name": "Ada"}`))
	r.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, r)
	if rec.Code != 415 {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

func TestInput_zero(t *testing.T) {
	var in Input[planForm]
	in.Prefill("name", "Ada")
	form, errs := in.Value()
	errs.Add("times", "Choose 1 to 10.")
	equal(t, form, planForm{})
	if in.Sent() || in.Typed("name") != "" || in.Has("tag", "") || in.Error("times")+string(in.ErrorAttrs("times"))+string(in.ErrorNote("times")) != "" || !errs.Any() {
		t.Error("the zero Input is not empty")
	}
}

func TestRegister_badInput(t *testing.T) {
	var s Server
	for _, test := range []struct {
		plugin any
		want   string
	}{
		{inputPlugin[string]{}, "its form cannot be filled in: string is not a form; want a struct or url.Values"},
		{inputPlugin[*planForm]{}, "its form cannot be filled in: *dibbler.planForm is not a form"},
		{inputPlugin[struct{ C chan int }]{}, "its form cannot be filled in: field C"},
		{inputPlugin[Input[planForm]]{}, "its form cannot be filled in: dibbler.Input"},
	} {
		if err := s.Register(test.plugin); err == nil {
			t.Errorf("%T: no error", test.plugin)
		} else {
			wantText(t, err.Error(), "method OnPage is func", test.want)
		}
	}
}

// FuzzInput tries forms. An Input must have errors if and only if the plain form is refused,
// its page must be well-formed, and must have the submitted texts.
func FuzzInput(f *testing.F) {
	for _, query := range []string{"", "name=Ada&times=3", "name=<b>&times=x&tag=\"'&step.0.label=</textarea>", "NAME=a&name=b&times=1&times=x", "size=1&size=x&gift=0&gift=on", "step.101.count=1&.=&=", "when=2026-02-30&photo=x"} {
		f.Add(query)
	}
	page := template.Must(template.New("a").Parse(`<form>{{range $f := .Names}}<input name="{{$f}}" value="{{$.In.Typed $f}}"{{$.In.ErrorAttrs $f}}>{{$.In.ErrorNote $f}}{{end}}{{.In.ErrorNote ""}}</form>`))
	names := []string{"name", "times", "when", "gift", "tag", "size", "step.0.label", "step.0.count", "photo"}
	var typed map[string]string
	s := register(f, inputPlugin[planForm]{func(w *Response, in Input[planForm]) error {
		typed = map[string]string{}
		for _, name := range names {
			typed[name] = in.Typed(name)
		}
		return w.Render(page, "a", struct {
			In    Input[planForm]
			Names []string
		}{in, names})
	}}, formPlugin[planForm]{func(w *Response, r *http.Request, form planForm) error { return nil }})
	f.Fuzz(func(t *testing.T, body string) {
		back, plain := httptest.NewRecorder(), httptest.NewRecorder()
		s.ServeHTTP(plain, posted("/form", body))
		s.ServeHTTP(back, posted("/page", body))
		if want := map[int]int{200: 200, 400: 422, 413: 413}[plain.Code]; back.Code != want {
			t.Fatalf("%d, but the plain form %d", back.Code, plain.Code)
		}
		if back.Code == 413 {
			return
		}
		text := back.Body.String()
		if n := strings.Count(text, "<input name="); n != len(names) || strings.Count(text, "<") != strings.Count(text, ">") || !strings.HasSuffix(text, "</form>") {
			t.Errorf("%s", text)
		}
		if back.Code == 422 && !strings.Contains(text, `class="error"`) && !strings.Contains(text, `role="alert"`) {
			t.Errorf("no error is shown: %s", text)
		}
		for name, value := range typed {
			again := url.Values{name: {value}}.Encode()
			s.ServeHTTP(httptest.NewRecorder(), posted("/page", again))
			if typed[name] != value && value != "" {
				t.Errorf("%s: submitted again, %q is %q", name, value, typed[name])
			}
		}
	})
}
