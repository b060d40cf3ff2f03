package dibbler

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"
)

// handle registers handlers by their patterns.
func handle(t testing.TB, s *Server, handlers map[string]any) {
	t.Helper()
	for pattern, h := range handlers {
		if err := s.Handle(pattern, h); err != nil {
			t.Fatal(err)
		}
	}
}

// saying returns a handler that answers with its name and the request.
func saying(name string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, name, " ", r.Method, r.PathValue("id")) }
}

type expenseForm struct {
	ID     int       `schema:"id"`
	Day    time.Time `schema:"day"`
	Paid   bool      `schema:"paid"`
	Amount string    `schema:"amount,required"`
}

type namedMethlet func(w *Response, r *http.Request) error

// TestHandle has a handler of each kind.
func TestHandle(t *testing.T) {
	s := register(t, &pages1{})
	form := func(w *Response, r *http.Request, form expenseForm) error {
		_, err := fmt.Fprint(w, form.ID, " ", form.Paid, " ", form.Amount, " ", r.PathValue("id"), r.Form["id"])
		return err
	}
	methlet := func(w *Response, r *http.Request) error {
		w.WriteOKHeaders("text/plain")
		_, err := w.WriteString("methlet" + r.PathValue("rest"))
		return err
	}
	handle(t, s, map[string]any{
		"GET /func/{id}":     saying("func"),
		"GET /handlerfunc":   http.HandlerFunc(saying("HandlerFunc")),
		"GET /handler":       http.RedirectHandler("/first", http.StatusSeeOther),
		"/methlet/{rest...}": methlet,
		"GET /named":         Methlet(methlet),
		"GET /named2":        namedMethlet(methlet),
		"PUT /form/{id}":     form,
		"GET /form/{ID}":     FormMethlet[expenseForm](form),
		"POST /form/{id}":    MaxBody(form, 100),
		"GET /map/{id}": func(w *Response, r *http.Request, form url.Values) error {
			_, err := fmt.Fprint(w, form)
			return err
		},
		"GET /fail/{id}": func(w *Response, r *http.Request) error { return errors.New("spilt") },
		"GET /panic":     http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("spilt") }),
		"GET /static/":   http.FileServerFS(fstest.MapFS{"static/app.js": {Data: []byte("run()")}}),
		"GET /server/":   http.StripPrefix("/server", register(t, pages2{})),
		"GET /{$}":       saying("home"),
	})
	for _, test := range []struct {
		r      *http.Request
		status int
		want   string
	}{
		{httptest.NewRequest("GET", "/func/7", nil), 200, "func GET7"},
		{httptest.NewRequest("GET", "/func/a%2Fb", nil), 200, "func GETa/b"},
		{httptest.NewRequest("HEAD", "/func/7", nil), 200, ""},
		{httptest.NewRequest("GET", "/handlerfunc", nil), 200, "HandlerFunc GET"},
		{httptest.NewRequest("GET", "/handler", nil), 303, "/first"},
		{httptest.NewRequest("GET", "/methlet/a/b", nil), 200, "methleta/b"},
		{httptest.NewRequest("BREW", "/methlet/", nil), 200, "methlet"},
		{httptest.NewRequest("GET", "/methlet", nil), 307, "/methlet/"},
		{httptest.NewRequest("GET", "/methlet/../methlet/x", nil), 307, "/methlet/x"},
		{httptest.NewRequest("GET", "//evil.test/..", nil), 307, `href="/"`}, // as for the home page
		{httptest.NewRequest("GET", "//evil.test/", nil), 404, "is not a page"},
		{httptest.NewRequest("GET", "/named", nil), 200, "methlet"},
		{httptest.NewRequest("GET", "/named2", nil), 200, "methlet"},
		{httptest.NewRequest("PUT", "/form/7?amount=5", nil), 200, "7 false 5 7[7]"},
		{httptest.NewRequest("PUT", "/form/7?amount=5&id=8&ID=9&paid=on", nil), 200, "7 true 5 7[7]"},
		{posted("/form/7?id=8", "amount=5&id=9&Id=10"), 200, "7 false 5 7[7]"},
		{httptest.NewRequest("GET", "/form/7?id=8&amount=5", nil), 200, "7 false 5 []"},
		{httptest.NewRequest("GET", "/form/x?amount=5", nil), 404, "/form/x is not a page of this program."},
		{httptest.NewRequest("GET", "/form/7?amount=", nil), 400, "<dt>amount</dt><dd>Fill this in.</dd>"},
		{posted("/form/7", "amount="+strings.Repeat("5", 93)), 200, strings.Repeat("5", 93)},
		{posted("/form/7", "amount="+strings.Repeat("5", 94)), 413, "This form is larger than 100 bytes. Send less at once."},
		{httptest.NewRequest("GET", "/map/7?a=b&ID=8", nil), 200, "map[a:[b] id:[7]]"},
		{httptest.NewRequest("GET", "/fail/7", nil), 500, "spilt"},
		{httptest.NewRequest("GET", "/panic", nil), 500, "TestHandle"},
		{httptest.NewRequest("GET", "/static/app.js", nil), 200, "run()"},
		{httptest.NewRequest("GET", "/static/none.js", nil), 404, "404 page not found"},
		{httptest.NewRequest("GET", "/server/second", nil), 200, "second of 2"},
		{httptest.NewRequest("GET", "/", nil), 200, "home GET"},
		{httptest.NewRequest("GET", "/home", nil), 404, "is not a page"},
		{httptest.NewRequest("GET", "/first", nil), 200, "first of 1"},
		{httptest.NewRequest("GET", "/other", nil), 404, "is not a page"},
	} {
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, test.r)
		got := rec.Body.String() + rec.Header().Get("Location")
		if rec.Code != test.status || !strings.Contains(got, test.want) {
			t.Errorf("%s %s: %d %q, want %d %q", test.r.Method, test.r.URL, rec.Code, got, test.status, test.want)
		}
	}
	if stack := ask(s, "GET", "/panic").Body.String(); strings.Contains(stack, "routing") || strings.Contains(stack, "ServeMux") {
		t.Errorf("the stack contains functions below the handler: %s", stack)
	}
}

// TestHandle_order checks which handler serves which method of a path.
func TestHandle_order(t *testing.T) {
	s := register(t, &pages1{})
	unknown := register(t, &pages1{}, unknownPage{})
	for _, s := range []*Server{s, unknown} {
		handle(t, s, map[string]any{
			"GET /first": saying("hidden"), "PUT /first": saying("pattern"),
			"POST /save": saying("save"), "DELETE /save": saying("save"), "/all/": saying("all"), "GET /a/{id}": saying("any"), "GET /a/b": saying("b"),
		})
	}
	for _, test := range []struct {
		method, path, want, wantUnknown, allow string
	}{
		{"GET", "/first", "first of 1", "", ""},
		{"HEAD", "/first", "first of 1", "", ""},
		{"POST", "/first", "first of 1", "", ""},
		{"PUT", "/first", "pattern PUT", "", ""},
		{"DELETE", "/first", "", "", "GET, HEAD, POST, PUT"},
		{"DELETE", "/both", "", "", "GET, HEAD, POST"},
		{"POST", "/save", "save POST", "", ""},
		{"DELETE", "/save", "save DELETE", "", ""},
		{"GET", "/save", "", "no /save, with ", "DELETE, POST"},
		{"PATCH", "/save", "", "", "DELETE, POST"},
		{"PROPFIND", "/all/x", "all PROPFIND", "", ""},
		{"GET", "/a/c", "any GETc", "", ""},
		{"GET", "/a/b", "b GET", "", ""},
		{"GET", "/none", "", "no /none, with ", ""},
		{"DELETE", "/none", "", "", "GET, HEAD, POST"},
		{"get", "/first", "", "", "GET, HEAD, POST, PUT"},
	} {
		status := http.StatusOK
		switch {
		case test.allow != "":
			status = http.StatusMethodNotAllowed
		case test.want == "":
			status = http.StatusNotFound
		}
		rec := ask(s, test.method, test.path)
		if rec.Code != status || rec.Header().Get("Allow") != test.allow || test.want != "" && rec.Body.String() != test.want {
			t.Errorf("%s %s: %d, Allow: %s, %.200s", test.method, test.path, rec.Code, rec.Header().Get("Allow"), rec.Body)
		}
		if rec := ask(unknown, test.method, test.path); test.wantUnknown != "" && rec.Body.String() != test.wantUnknown {
			t.Errorf("%s %s with OnUnknown: %d %.200s", test.method, test.path, rec.Code, rec.Body)
		}
	}
}

type declining struct{}

func (declining) OnUnknown(w *Response, r *http.Request) error { return nil }

// The Allow field does not have a method that was just refused.
func TestHandle_afterOnUnknown(t *testing.T) {
	s := register(t, declining{})
	handle(t, s, map[string]any{"POST /save": saying("save")})
	rec := ask(s, "GET", "/save")
	if allow := rec.Header().Get("Allow"); rec.Code != http.StatusMethodNotAllowed || allow != "POST" {
		t.Errorf("%d, Allow: %s", rec.Code, allow)
	}
	wantText(t, rec.Body.String(), "This page answers POST, and not GET.")
}

type serving struct{}

func (*serving) ServeHTTP(http.ResponseWriter, *http.Request) {}

func TestHandle_mistakes(t *testing.T) {
	s := new(Server)
	handle(t, s, map[string]any{"GET /taken/{id}": saying("first"), "/both/{a}/x": &serving{}})
	for _, test := range []struct {
		pattern string
		h       any
		want    []string
	}{
		{"GET /x", nil, []string{`pattern "GET /x": <nil> is not a handler; want an http.Handler, func(http.ResponseWriter`}},
		{"GET /x", (*serving)(nil), []string{"is a nil *dibbler.serving"}},
		{"GET /x", http.HandlerFunc(nil), []string{"is a nil http.HandlerFunc"}},
		{"GET /x", (func(*Response, *http.Request) error)(nil), []string{"is a nil func("}},
		{"GET /x", serving{}, []string{"is a dibbler.serving; want an http.Handler"}},
		{"GET /x", 7, []string{"int is a int; want"}},
		{"GET /x", noError{}.OnX, []string{"dibbler.noError.OnX is func(*dibbler.Response, *http.Request); want func(*dibbler.Response, *http.Request) error"}},
		{"GET /x", wrongParameters{}.OnX, []string{"is func(string); want " + methletForms}},
		{"GET /x", badFormField{}.OnX, []string{"its form cannot be filled in: field C"}},
		// An embedded Input promotes methods that make its struct look like an Input.
		{"GET /x", func(*Response, *http.Request, struct{ Input[planForm] }) error { return nil }, []string{"embeds a dibbler.Input; want the Input itself"}},
		{"GET /x", func(*Response, *http.Request, struct{ *Input[planForm] }) error { return nil }, []string{"embeds a dibbler.Input; want the Input itself"}},
		{"GET /x", func(*Response, *http.Request, Input[any]) error { return nil }, []string{"interface {} is not a form; want a struct or url.Values"}},
		{"GET /x", func(*Response, *http.Request, Input[*planForm]) error { return nil }, []string{"*dibbler.planForm is not a form"}},
		{"GET /x", MaxBody(nil, 1), []string{"<nil> is not a handler"}},
		{"GET /x", MaxBody(&serving{}, 0), []string{"has a MaxBody of 0 bytes; want 1 or more"}},
		{"GET /x", MaxBody(saying("x"), -1), []string{"has a MaxBody of -1 bytes"}},
		{"", &serving{}, []string{`pattern "": http: invalid pattern; want one such as "POST /save"`}},
		{"GET x", &serving{}, []string{`pattern "GET x": at offset 4: host/path missing /; want one`}},
		{"/{", &serving{}, []string{"bad wildcard segment"}},
		{"/{a}/{a}", &serving{}, []string{"duplicate wildcard name"}},
		{"GET /a//b", &serving{}, []string{"unclean path"}},
		{"get /x", &serving{}, []string{"lower case; want GET"}},
		{"GET /taken/{id}", saying("second"), []string{`pattern "GET /taken/{id}" is registered twice, for github.com/`, " and for github.com/"}},
		{"GET /taken/{other}", &serving{}, []string{`"GET /taken/{other}" for *dibbler.serving conflicts with "GET /taken/{id}" for `, "matches the same requests"}},
		{"/{b}/y/x", &serving{}, []string{`conflicts with "/both/{a}/x" for *dibbler.serving:`, "neither is more specific"}},
	} {
		err := s.Handle(test.pattern, test.h)
		if err == nil {
			t.Errorf("%q, %T: no error", test.pattern, test.h)
			continue
		}
		wantText(t, err.Error(), append(test.want, "dibbler: pattern ")...)
	}
	if rec := ask(s, "GET", "/x"); rec.Code != 404 {
		t.Errorf("a handler that Handle refused was called: %d", rec.Code)
	}
	if rec := ask(s, "GET", "/taken/7"); rec.Body.String() != "first GET7" {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

// FuzzHandle tries patterns and requests. Handle must accept the patterns that net/http
// accepts, and the answers must be those of net/http.
func FuzzHandle(f *testing.F) {
	for _, pattern := range []string{"GET /x", "/{id}", "/a/{rest...}", "POST evil.test/{$}", "GET /%41/{x}", "", "/", "  ", "{a}", "/{a}/{a}", "/a/../b", "\t/", "GET\t/x"} {
		f.Add(pattern, "GET", "/x")
		f.Add(pattern, "PUT", "/x")
	}
	f.Fuzz(func(t *testing.T, pattern, method, path string) {
		s := new(Server)
		err := s.Handle(pattern, saying("handler"))
		mux, wantErr := http.NewServeMux(), error(nil)
		func() {
			defer func() {
				if v := recover(); v != nil {
					wantErr = fmt.Errorf("%v", v)
				}
			}()
			mux.Handle(pattern, http.HandlerFunc(saying("handler")))
		}()
		if err == nil && wantErr != nil || err != nil && wantErr == nil && !strings.Contains(err.Error(), "lower case") {
			t.Fatalf("%q: %v, and in net/http %v", pattern, err, wantErr)
		}
		if again := s.Handle(pattern, saying("handler")); again == nil {
			t.Errorf("%q: no error for the same pattern again", pattern)
		}
		if err != nil || path == "" || path[0] != '/' {
			return
		}
		r := &http.Request{Method: method, URL: &url.URL{Path: path}, Host: "evil.test", Header: http.Header{}, RequestURI: "/"}
		want, got := httptest.NewRecorder(), httptest.NewRecorder()
		mux.ServeHTTP(want, r)
		pattern, status := r.Pattern, want.Code
		s.ServeHTTP(got, r)
		if pattern == "" && status != 405 || status == 405 && !isPageMethod(method) {
			if got.Code != 404 && got.Code != 405 {
				t.Errorf("%d although no pattern matches", got.Code)
			}
		} else if got.Code != status || got.Header().Get("Location") != want.Header().Get("Location") || status == 200 && got.Body.String() != want.Body.String() {
			t.Errorf("%q, %s %q: %d %q, and in net/http %d %q", pattern, method, path, got.Code, got.Body, status, want.Body)
		}
	})
}

func TestHandle_hiddenIsLogged(t *testing.T) {
	for name, order := range map[string][]func(s *Server) error{
		"methlet first": {func(s *Server) error { return s.Register(&pages1{}) }, func(s *Server) error { return s.Handle("GET /first", saying("x")) }},
		"pattern first": {func(s *Server) error { return s.Handle("GET /first", saying("x")) }, func(s *Server) error { return s.Register(&pages1{}) }},
	} {
		var logs logBuffer
		s := &Server{Logger: logs.logger()}
		for _, f := range order {
			if err := f(s); err != nil {
				t.Fatal(err)
			}
		}
		handle(t, s, map[string]any{"PUT /both": saying("x"), "/{id}": saying("x"), "/first/": saying("x")})
		if err := s.Register(pages2{}); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(logs.String(), "pattern is hidden by a methlet"); n != 1 {
			t.Errorf("%s: logged %d times, want once:\n%s", name, n, &logs)
		}
		wantText(t, logs.String(), `pattern="GET /first"`, "methlet=OnFirst", "plugin=*dibbler.pages1")
	}
}

func TestHandle_whileServing(t *testing.T) {
	s := register(t, &pages1{})
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 50 {
				path := fmt.Sprintf("/%d/%d", i, j)
				if err := s.Handle("GET "+path, saying("x")); err != nil {
					t.Error(err)
					return
				}
				if rec := ask(s, "GET", path); rec.Code != 200 {
					t.Errorf("%s: %d", path, rec.Code)
					return
				}
			}
		})
		wg.Go(func() {
			for range 50 {
				if err := s.Register(pages2{}, filterFunc(func(net.Conn) bool { return true })); err != nil {
					t.Error(err)
				}
				ask(s, "GET", "/0/0")
			}
		})
	}
	wg.Wait()
	if n := len(s.currentPages().filters); n != 4*50 {
		t.Errorf("%d of %d filters that were registered concurrently are in use", n, 4*50)
	}
}

func TestHandle_authFirst(t *testing.T) {
	s := &Server{Auth: &Basic{}}
	handle(t, s, map[string]any{"/x": saying("x")})
	for _, method := range []string{"GET", "PUT", "OPTIONS"} {
		for _, path := range []string{"/x", "/x/../x", "/none"} {
			if rec := ask(s, method, path); rec.Code != http.StatusUnauthorized {
				t.Errorf("%s %s: %d", method, path, rec.Code)
			}
		}
	}
}

// TestMaxBody sends bodies of the maximum size, and one byte more.
func TestMaxBody(t *testing.T) {
	const server, less, more = 1 << 20, 1 << 10, 4 << 20
	s := &Server{Addr: "127.0.0.1:0", MaxBody: server}
	count := func(w *Response, r *http.Request) error {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			return err
		}
		_, err = fmt.Fprint(w, n)
		return err
	}
	form := func(w *Response, r *http.Request, form mealForm) error {
		_, err := fmt.Fprint(w, len(form.Eggs)+5)
		return err
	}
	handle(t, s, map[string]any{
		"POST /server": count, "POST /server/form": form, "POST /less": MaxBody(count, less), "POST /form": MaxBody(form, more),
		"PUT /more": MaxBody(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := count(w.(*Response), r); err != nil {
				w.WriteHeader(http.StatusRequestEntityTooLarge)
			}
		}), more),
	})
	start(t, &Context{}, s)
	for _, test := range []struct {
		method, path string
		limit        int
		want         string
	}{
		{"POST", "less", less, "What you sent is larger than 1 KB. Send less at once."},
		{"PUT", "more", more, ""},
		{"POST", "form", more, "This form is larger than 4 MB. Send less at once."},
		{"POST", "server", server, "What you sent is larger than 1 MB. Send less at once."},
		{"POST", "server/form", server, "This form is larger than 1 MB. Send less at once."},
	} {
		body := "eggs=" + strings.Repeat("x", test.limit-5)
		for _, chunked := range []bool{false, true} {
			send := func(body string) (int, string) {
				var content io.Reader = strings.NewReader(body)
				if chunked {
					content = io.MultiReader(content)
				}
				r, err := http.NewRequest(test.method, s.URL()+test.path, content)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				resp, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				return resp.StatusCode, readAll(t, resp.Body)
			}
			if status, text := send(body); status != 200 || text != fmt.Sprint(test.limit) {
				t.Errorf("%s: %d %.200s", test.path, status, text)
			}
			if status, text := send(body + "y"); status != 413 || !strings.Contains(text, test.want) {
				t.Errorf("%s, one byte more: %d %.200s", test.path, status, text)
			}
		}
	}
}
