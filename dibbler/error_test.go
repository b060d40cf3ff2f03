package dibbler

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strings"
	"testing"
)

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
			"long":    func(w *Response) { fmt.Fprint(w, strings.Repeat("<p>half a page", maxBuffered/14+1)) },
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
				t.Errorf("%s, %s: a client mistakes half a page for a whole one: %q", begin, name, body)
			}
		}
	}
}

func TestError_whileBuffered(t *testing.T) {
	page := template.Must(template.New("").Parse("<!DOCTYPE html><p>{{.Row}}{{.Missing.Field}}"))
	for name, fail := range map[string]func(w *Response) error{
		"template": func(w *Response) error {
			return page.Execute(w, struct{ Row string }{strings.Repeat("half a page ", 20)})
		},
		"32 KiB": func(w *Response) error {
			w.WriteString(strings.Repeat("half a page", maxBuffered/11))
			return errors.New("late")
		},
		"nothing":    func(w *Response) error { return errors.New("late") },
		"panic":      func(w *Response) error { w.WriteString("half a page"); panic("late") },
		"WriteError": func(w *Response) error { w.WriteString("half a page"); w.WriteError(500, "late"); return nil },
	} {
		url, _, _ := page1(t, func(w *Response, r *http.Request) error {
			w.Header().Set("Set-Cookie", "half=page")
			w.Header().Set("Content-Length", "3")
			w.WriteOKHeaders("text/plain")
			return fail(w)
		})
		resp, err := http.Get(url)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		body := readAll(t, resp.Body)
		if resp.StatusCode != 500 || resp.Header.Get("Content-Type") != "text/html; charset=utf-8" || resp.Header.Get("Set-Cookie") != "" || strings.Contains(body, "half a page") || !strings.HasSuffix(body, "</html>\n") {
			t.Errorf("%s: %d %v %s", name, resp.StatusCode, resp.Header, body)
		}
	}
}

// The methods of a brokenError panic.
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
		var logs logBuffer
		s := register(t, methletPlugin{func(w *Response, r *http.Request) error { return err }})
		s.Logger = logs.logger()
		start(t, &Context{}, s)
		status, body := get(t, s.URL()+"page")
		if status != 500 || !strings.HasSuffix(body, "</html>\n") {
			t.Errorf("%s: %d %s", name, status, body)
		}
		wantText(t, logs.String(), "page failed")
	}
	wantText(t, ask(register(t, methletPlugin{func(w *Response, r *http.Request) error { return none }}), "GET", "/page").Body.String(),
		"a nil *dibbler.Error was returned in place of nil")
}

func TestPanic(t *testing.T) {
	s, _ := serve(t, methletPlugin{func(w *Response, r *http.Request) error { panic("again") }}, &pages1{})
	for range 3 {
		if status, _ := get(t, s.URL()+"page"); status != 500 {
			t.Errorf("the page that panics has status %d, want 500", status)
		}
	}
	if status, _ := get(t, s.URL()+"first"); status != 200 {
		t.Errorf("after the panics, another page has status %d, want 200", status)
	}
}
