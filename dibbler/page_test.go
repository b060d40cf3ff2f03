package dibbler

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestErrorPage(t *testing.T) {
	cause := errors.New("disk is <full>")
	rec := ask(register(t, methletPlugin{func(w *Response, r *http.Request) error {
		return fmt.Errorf("saving: %w", cause)
	}}), "GET", "/page")
	if rec.Code != 500 {
		t.Errorf("status %d", rec.Code)
	}
	wantText(t, rec.Body.String(), "<h1>Something went wrong</h1>\n<p>The program could not make this page.", "<details>", "<pre>saving: disk is &lt;full&gt;</pre>\n</details>")

	rec = ask(register(t, methletPlugin{func(w *Response, r *http.Request) error { panic("<boom>") }}), "GET", "/page")
	if rec.Code != 500 || strings.Contains(rec.Body.String(), "<boom>") {
		t.Errorf("status %d, %s", rec.Code, rec.Body)
	}
	wantText(t, rec.Body.String(), "<pre>panic: &lt;boom&gt;</pre>\n<pre>github.com/dibbler-app/dibbler/dibbler.TestErrorPage.func2\n", "page_test.go")
}

// The methlets of panicPages panic, directly or in functions that they call.
type panicPages struct{ values []int }

func (n *panicPages) OnIndex(w *Response, r *http.Request) error { return n.set(r, 5) }

func (n *panicPages) set(_ *http.Request, i int) error { n.values[i] = 1; return nil }

func (n *panicPages) OnNil(w *Response, r *http.Request) error { return (*panicPages)(nil).set(r, 0) }

func (n *panicPages) OnAgain(w *Response, r *http.Request) error {
	defer func() { panic(recover()) }()
	return n.set(r, 0)
}

func (n *panicPages) OnStandard(w *Response, r *http.Request) error {
	_ = strings.Repeat("x", len(n.values)-1)
	return nil
}

func (n *panicPages) OnForm(w *Response, r *http.Request, f someForm) error { panic(f) }

func TestPanicStack(t *testing.T) {
	s := register(t, &panicPages{})
	for page, want := range map[string]string{"/index": "(*panicPages).set", "/nil": "(*panicPages).set", "/again": "(*panicPages).OnAgain.func1", "/form": "(*panicPages).OnForm", "/standard": "(*panicPages).OnStandard"} {
		body := ask(s, "GET", page).Body.String()
		_, stack, _ := strings.Cut(body, "<pre>github.com/dibbler-app/dibbler/dibbler.")
		stack, _, _ = strings.Cut(stack, "</pre>")
		if !strings.HasPrefix(stack, want+"\n") || strings.Contains(stack, "gopanic\n\t/usr") && page != "/again" || strings.Contains(stack, "ServeHTTP") || strings.Contains(stack, "reflect.") {
			t.Errorf("%s: the stack is\n%s\nwant the prefix %s\n", page, stack, want)
		}
	}
}

// The stack of a panic in a handler of the standard library's own is shown whole.
func TestPanicStack_standard(t *testing.T) {
	s := register(t)
	if err := s.Handle("GET /files/", http.FileServer(nil)); err != nil {
		t.Fatal(err)
	}
	wantText(t, ask(s, "GET", "/files/x").Body.String(), "<pre>net/http.")
}

func TestIsStandard(t *testing.T) {
	for function, want := range map[string]bool{
		"strings.Repeat":                             true,
		"net/http.HandlerFunc.ServeHTTP":             true,
		"main.main":                                  false,
		"main.(*tool).OnHome.func1":                  false,
		mainModule() + ".F":                          false,
		mainModule() + "/app.Main":                   false,
		"gopkg.in/yaml%2ev3.Marshal":                 false,
		"example.com/tea.(*Timer[...]).OnHome":       false,
		"internal/bytealg.IndexByte":                 true,
		"encoding/json.(*encodeState).marshal.func1": true,
	} {
		if got := isStandard(function); got != want {
			t.Errorf("%s: %v", function, got)
		}
	}
}

func TestErrorPage_JSON(t *testing.T) {
	s := register(t, formPlugin[mealForm]{}, methletPlugin{func(w *Response, r *http.Request) error {
		return fmt.Errorf("saving: %w", io.ErrUnexpectedEOF)
	}})
	for target, want := range map[string]string{
		"/nothing":        `{"title":"Page not found","status":404,"detail":"/nothing is not a page of this program. Check the address, or start from the home page."}`,
		"/form?spam=many": `{"title":"Please check what you entered","status":400,"errors":[{"name":"spam","value":"many","detail":"Enter a whole number."}]}`,
		"/page":           `{"title":"Something went wrong","status":500,"detail":"` + messages[500] + `","causes":["saving: unexpected EOF"]}`,
	} {
		r := httptest.NewRequest("GET", target, nil)
		r.Header.Set("Accept", "application/json")
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, r)
		if rec.Header().Get("Content-Type") != "application/problem+json" || rec.Body.String() != want+"\n" {
			t.Errorf("%s: %v %s", target, rec.Header(), rec.Body)
		}
	}
}

func TestPrefersJSON(t *testing.T) {
	for accept, want := range map[string]bool{
		"":                                  false,
		"*/*":                               false, // curl, fetch
		"application/json":                  true,
		"application/problem+json":          true,
		"APPLICATION/JSON; charset=utf-8":   true,
		"application/json, text/plain, */*": true, // axios
		"application/json, text/javascript, */*; q=0.01":                                        true,  // jQuery
		"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8": false, // browsers
		"text/html;q=0.5, application/json":                                                     true,
		"text/html, application/json":                                                           false,
		"text/html, application/json;q=0.9":                                                     false,
		"application/json;q=0":                                                                  false,
		"application/json;q=x":                                                                  true,
		";;, application/json":                                                                  true,
		"image/*":                                                                               false,
	} {
		if got := prefersJSON([]string{accept}); got != want {
			t.Errorf("%s: %v", accept, got)
		}
	}
	if !prefersJSON([]string{"text/html;q=0.5", "application/json"}) {
		t.Error("the second Accept field was ignored")
	}
}

func TestHideErrors(t *testing.T) {
	var logs logBuffer
	s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
		if r.URL.RawQuery == "q=secret" {
			panic("the cause")
		}
		return errors.New("the cause")
	}})
	s.HideErrors, s.Logger = true, logs.logger()
	for _, target := range []string{"/page", "/page?q=secret"} {
		rec := ask(s, "GET", target)
		if body := rec.Body.String(); rec.Code != 500 || strings.Contains(body, "the cause") || strings.Contains(body, ".go:") {
			t.Errorf("%d %s", rec.Code, body)
		}
	}
	wantText(t, logs.String(), "the cause", "page_test.go", "path=/page")
	if strings.Contains(logs.String(), "secret") {
		t.Errorf("the log contains a query:\n%s", &logs)
	}
}
