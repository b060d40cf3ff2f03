package dibbler

import (
	"bufio"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net"
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
	wantText(t, rec.Body.String(), "<pre>panic: &lt;boom&gt;</pre>\n<pre>github.com/dibbler-app/dibbler/dibbler.TestErrorPage.func2\n", "server_test.go")
}

// noisy panics in several ways.
type noisy struct{ values []int }

func (n *noisy) OnIndex(w *Response, r *http.Request) error { return n.set(r, 5) }
func (n *noisy) set(_ *http.Request, i int) error           { n.values[i] = 1; return nil }
func (n *noisy) OnNil(w *Response, r *http.Request) error   { return (*noisy)(nil).set(r, 0) }
func (n *noisy) OnAgain(w *Response, r *http.Request) error {
	defer func() { panic(recover()) }()
	return n.set(r, 0)
}
func (n *noisy) OnForm(w *Response, r *http.Request, f someForm) error { panic(f) }

func TestPanicStack(t *testing.T) {
	s := register(t, &noisy{})
	for page, want := range map[string]string{"/index": "(*noisy).set", "/nil": "(*noisy).set", "/again": "(*noisy).OnAgain.func1", "/form": "(*noisy).OnForm"} {
		body := ask(s, "GET", page).Body.String()
		_, stack, _ := strings.Cut(body, "<pre>github.com/dibbler-app/dibbler/dibbler.")
		stack, _, _ = strings.Cut(stack, "</pre>")
		if !strings.HasPrefix(stack, want+"\n") || strings.Contains(stack, "gopanic\n\t/usr") && page != "/again" || strings.Contains(stack, "ServeHTTP") {
			t.Errorf("%s: the stack is\n%s\nwant it to begin with %s\n", page, stack, want)
		}
	}
}

func TestErrorPage_JSON(t *testing.T) {
	s := register(t, formPlugin[mealForm]{}, methletPlugin{func(w *Response, r *http.Request) error {
		return fmt.Errorf("saving: %w", io.ErrUnexpectedEOF)
	}})
	for target, want := range map[string]string{
		"/nothing":        `{"title":"Page not found","status":404,"detail":"/nothing is no page of this program. Check the address, or start from the home page."}`,
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
		t.Error("the second field is ignored")
	}
}

func TestHideErrors(t *testing.T) {
	var book logBook
	s := &Server{HideErrors: true, Logger: book.logger()}
	err := s.Register(methletPlugin{func(w *Response, r *http.Request) error {
		if r.URL.RawQuery == "q=secret" {
			panic("the cause")
		}
		return errors.New("the cause")
	}})
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range []string{"/page", "/page?q=secret"} {
		rec := ask(s, "GET", target)
		if body := rec.Body.String(); rec.Code != 500 || strings.Contains(body, "the cause") || strings.Contains(body, ".go:") {
			t.Errorf("%d %s", rec.Code, body)
		}
	}
	wantText(t, book.String(), "the cause", "server_test.go", "path=/page")
	if strings.Contains(book.String(), "secret") {
		t.Errorf("the log has a query:\n%s", &book)
	}
}

func TestError_status(t *testing.T) {
	s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
		return fmt.Errorf("page: %w", &Error{
			Status: http.StatusServiceUnavailable, Message: "Back at <noon>.",
			Header: http.Header{"Retry-After": {"60"}}, Err: errors.New("the reason"),
		})
	}})
	rec := ask(s, "GET", "/page")
	if rec.Code != 503 || rec.Header().Get("Retry-After") != "60" {
		t.Errorf("%d %v", rec.Code, rec.Header())
	}
	wantText(t, rec.Body.String(), "Back at &lt;noon&gt;.", "the reason")
	err := &Error{Err: io.EOF}
	if err.Error() != "500 Internal Server Error: EOF" || !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

func TestError_afterSending(t *testing.T) {
	for name, fail := range map[string]func(w *Response) error{
		"error":      func(*Response) error { return errors.New("late") },
		"panic":      func(*Response) error { panic("late") },
		"WriteError": func(w *Response) error { w.WriteError(500, "late"); return nil },
		"abort":      func(w *Response) error { panic(http.ErrAbortHandler) },
	} {
		for begin, begun := range map[string]func(w *Response){
			"flushed": func(w *Response) { fmt.Fprint(w, "<p>half a page"); w.Flush() },
			"long":    func(w *Response) { fmt.Fprint(w, strings.Repeat("<p>half a page", maxHeld/14+1)) },
			"stream":  func(w *Response) { w.WriteOKHeaders("text/event-stream"); fmt.Fprint(w, "data: 1") },
		} {
			url, _, _ := page1(t, func(w *Response, r *http.Request) error {
				w.WriteOKHeaders("text/html")
				begun(w)
				return fail(w)
			})
			resp, err := http.Get(url)
			var body []byte
			if err == nil {
				body, err = io.ReadAll(resp.Body)
				resp.Body.Close()
			}
			if err == nil || strings.Contains(string(body), "late") {
				t.Errorf("%s, %s: a client takes half a page for a whole one: %q", begin, name, body)
			}
		}
	}
}

func TestError_whileHeld(t *testing.T) {
	page := template.Must(template.New("").Parse("<!DOCTYPE html><p>{{.Row}}{{.Missing.Field}}"))
	for name, fail := range map[string]func(w *Response) error{
		"template": func(w *Response) error {
			return page.Execute(w, struct{ Row string }{strings.Repeat("half a page ", 20)})
		},
		"32 KiB": func(w *Response) error {
			w.WriteString(strings.Repeat("half a page", maxHeld/11))
			return errors.New("late")
		},
		"panic":      func(w *Response) error { w.WriteString("half a page"); panic("late") },
		"WriteError": func(w *Response) error { w.WriteString("half a page"); w.WriteError(500, "late"); return nil },
	} {
		url, _, _ := page1(t, func(w *Response, r *http.Request) error {
			w.Header().Set("X-Half", "yes")
			w.WriteOKHeaders("text/plain")
			return fail(w)
		})
		resp, err := http.Get(url)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		body := readAll(t, resp.Body)
		if resp.StatusCode != 500 || resp.Header.Get("X-Half") != "" || strings.Contains(body, "half a page") || !strings.HasSuffix(body, "</html>\n") {
			t.Errorf("%s: %d %v %s", name, resp.StatusCode, resp.Header, body)
		}
	}
}

// A brokenError panics when it is asked for a text, for what it wraps, or for a
// comparison.
type brokenError struct{ text, unwrap, is bool }

func (e *brokenError) Error() string {
	if e.text {
		panic("no text")
	}
	return "broken"
}

func (e *brokenError) Unwrap() error {
	if e.unwrap {
		panic("nothing wrapped")
	}
	return nil
}

func (e *brokenError) Is(error) bool {
	if e.is {
		panic("not compared")
	}
	return false
}

func TestError_thatPanics(t *testing.T) {
	var none *Error
	var nobody *brokenError
	for name, err := range map[string]error{
		"nil *Error":         none,
		"wrapped nil *Error": fmt.Errorf("wrapped: %w", none),
		"nil of its own":     nobody,
		"Error":              &brokenError{text: true},
		"Unwrap":             &brokenError{unwrap: true},
		"Is":                 &brokenError{is: true},
		"cause":              &Error{Err: &brokenError{text: true}},
		"nil cause":          &Error{Err: nobody},
	} {
		var book logBook
		s := register(t, methletPlugin{func(w *Response, r *http.Request) error { return err }})
		s.Logger = book.logger()
		start(t, &Context{}, s)
		status, body := get(t, s.URL()+"page")
		if status != 500 || !strings.HasSuffix(body, "</html>\n") {
			t.Errorf("%s: %d %s", name, status, body)
		}
		wantText(t, book.String(), "page failed")
	}
	wantText(t, ask(register(t, methletPlugin{func(w *Response, r *http.Request) error { return none }}), "GET", "/page").Body.String(),
		"a nil *dibbler.Error was returned in place of nil")
}

func TestPanic(t *testing.T) {
	s, _ := serve(t, methletPlugin{func(w *Response, r *http.Request) error { panic("again") }}, &pages1{})
	for range 100 {
		if status, _ := get(t, s.URL()+"page"); status != 500 {
			t.Fatal(status)
		}
	}
	if status, _ := get(t, s.URL()+"first"); status != 200 {
		t.Error(status)
	}
}

func TestServer_mounted(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/tool/", http.StripPrefix("/tool", register(t, &pages1{}, methletPlugin{func(w *Response, r *http.Request) error {
		if Stopping(r.Context()) != nil {
			t.Error("there is no environment that could stop")
		}
		return ErrShutdown
	}})))
	srv := httptest.NewServer(mux)
	defer srv.Close()
	if status, body := get(t, srv.URL+"/tool/first"); status != 200 || body != "first of 1" {
		t.Errorf("%d %q", status, body)
	}
	if status, body := get(t, srv.URL+"/tool/page"); status != 500 || !strings.Contains(body, "does not run in a Context") {
		t.Errorf("%d %s", status, body)
	}
}

func TestWrap(t *testing.T) {
	s := register(t, &pages1{})
	s.Wrap = new(http.CrossOriginProtection).Handler
	req := httptest.NewRequest("POST", "/first", nil)
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, req)
	if rec.Code != 403 || strings.Contains(rec.Body.String(), "first") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
	if rec := ask(s, "GET", "/first"); rec.Body.String() != "first of 1" {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

func TestWrap_maxBody(t *testing.T) {
	s := register(t, &pages1{})
	s.MaxBody = 10
	var read []byte
	s.Wrap = func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			read, _ = io.ReadAll(r.Body)
			next.ServeHTTP(w, r)
		})
	}
	s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("POST", "/first", strings.NewReader(strings.Repeat("x", 1000))))
	if len(read) > 10 {
		t.Errorf("%d bytes were read", len(read))
	}
}

func TestWrap_headersOnErrorPage(t *testing.T) {
	s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
		w.Header().Set("X-Page", "half")
		w.Header().Set("X-Both", "page")
		return &Error{Status: 409, Header: http.Header{"retry-after": {"1"}}}
	}})
	s.Wrap = func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Set-Cookie", "session=1")
			w.Header().Set("X-Both", "wrap")
			next.ServeHTTP(w, r)
		})
	}
	h := ask(s, "GET", "/page").Header()
	if h.Get("Set-Cookie") != "session=1" || h.Get("X-Both") != "wrap" || h.Get("X-Page") != "" || h.Get("Retry-After") != "1" {
		t.Error(h)
	}
}

func TestMaxBody(t *testing.T) {
	s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
		_, err := io.Copy(io.Discard, r.Body)
		return err
	}})
	s.MaxBody = 10
	for size, want := range map[int]int{10: 200, 11: 413} {
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, httptest.NewRequest("POST", "/page", strings.NewReader(strings.Repeat("x", size))))
		if rec.Code != want {
			t.Errorf("%d bytes: %d, want %d", size, rec.Code, want)
		}
	}
}

func TestMalformedRequests(t *testing.T) {
	s, _ := serve(t, &pages1{}, unknownForm{})
	for _, raw := range []string{
		"nonsense\r\n\r\n",
		"GET\r\n\r\n",
		"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
		"GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET / HTTP/1.1\r\n\r\n",
		"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: nine\r\n\r\n",
		"POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Type: ;;\r\n\r\nx",
		"POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Type: multipart/form-data\r\n\r\nabc",
	} {
		conn := dial(t, s.URL())
		fmt.Fprint(conn, raw)
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%q: %v", raw, err)
			continue
		}
		body := readAll(t, resp.Body)
		if resp.StatusCode/100 != 4 && resp.StatusCode != 505 || strings.Contains(body, "first of") {
			t.Errorf("%q: %s %q", raw, resp.Status, body)
		}
		conn.Close()
	}
}

type unknownForm struct{}

func (unknownForm) OnForm(w *Response, r *http.Request, f someForm) error {
	_, err := fmt.Fprintf(w, "name %q", f.Name)
	return err
}

func TestForm_noLengthNoType(t *testing.T) {
	s, _ := serve(t, unknownForm{})
	conn := dial(t, s.URL())
	fmt.Fprint(conn, "POST /form HTTP/1.1\r\nHost: x\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if body := readAll(t, resp.Body); resp.StatusCode != 200 || body != `name ""` {
		t.Errorf("%s %q", resp.Status, body)
	}
}

func TestConnectionsAreKeptAlive(t *testing.T) {
	s, _ := serve(t, &pages1{})
	conn := dial(t, s.URL())
	in := bufio.NewReader(conn)
	for range 3 {
		fmt.Fprint(conn, "GET /first HTTP/1.1\r\nHost: x\r\n\r\n")
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		if body := readAll(t, resp.Body); body != "first of 1" {
			t.Errorf("%q", body)
		}
	}
}

func TestNothingHidesBehindABodyWhoseLengthIsUnsure(t *testing.T) {
	s, _ := serve(t, &pages1{}, unknownForm{})
	for name, header := range map[string]string{
		"chunks and a length": "POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		"chunks by HTTP/1.0":  "POST /form HTTP/1.0\r\nHost: x\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n",
	} {
		conn := dial(t, s.URL())
		fmt.Fprint(conn, header+"GET /first HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
		answers := readAll(t, conn)
		if !strings.Contains(answers, `name ""`) || strings.Contains(answers, "first of 1") {
			t.Errorf("%s:\n%s", name, answers)
		}
	}
}

// FuzzRequest sends raw bytes: whatever comes, the answer is none or one of
// HTTP, and the server goes on.
func FuzzRequest(f *testing.F) {
	for _, s := range []string{
		"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 6\r\n\r\nname=a",
		"POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n--b\r\n\r\n0\r\n\r\n",
		"GET /form?name=%00%ff&name=b HTTP/1.0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"GET http://other/%2e%2e//x HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nExpect: 100-continue\r\n\r\n",
		"\x16\x03\x01\x00",
	} {
		f.Add([]byte(s))
	}
	s, _ := serve(f, &pages1{}, unknownForm{})
	addr := strings.TrimSuffix(strings.TrimPrefix(s.URL(), "http://"), "/")
	f.Fuzz(func(t *testing.T, raw []byte) {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		go func() {
			conn.Write(raw)
			conn.(*net.TCPConn).CloseWrite()
		}()
		in := bufio.NewReader(conn)
		for {
			resp, err := http.ReadResponse(in, nil)
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || err != nil && strings.Contains(err.Error(), "reset") {
				break
			}
			if err != nil {
				t.Fatalf("%q: not an answer: %v", raw, err)
			}
			if resp.StatusCode >= 500 && resp.StatusCode != 505 && resp.StatusCode != 501 {
				t.Fatalf("%q: %s", raw, resp.Status)
			}
			if _, err := io.Copy(io.Discard, resp.Body); err != nil {
				break // an answer to HEAD says how long the body would be
			}
		}
	})
}
