package dibbler

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestResponse_buffered(t *testing.T) {
	full := strings.Repeat("x", maxBuffered)
	for name, test := range map[string]struct {
		write func(w *Response)
		sent  int // before the methlet returns
	}{
		"nothing":         {func(w *Response) {}, 0},
		"a byte":          {func(w *Response) { w.WriteString("x") }, 0},
		"32 KiB":          {func(w *Response) { w.WriteString(full) }, 0},
		"bytes":           {func(w *Response) { w.Write([]byte(full[1:])); w.WriteString("x") }, 0},
		"one more":        {func(w *Response) { w.WriteString(full); w.WriteString("x") }, maxBuffered + 1},
		"one more byte":   {func(w *Response) { w.Write([]byte("x")); w.Write([]byte(full)) }, maxBuffered + 1},
		"more at once":    {func(w *Response) { w.WriteString(full + "x") }, maxBuffered + 1},
		"after Flush":     {func(w *Response) { w.WriteString("x"); w.Flush(); w.WriteString("x") }, 2},
		"an event stream": {func(w *Response) { w.WriteOKHeaders("text/event-stream"); w.WriteString("x") }, 1},
		"with a trailer":  {func(w *Response) { w.Header().Set("Trailer", "Sum"); w.WriteString("x") }, 1},
	} {
		rec := httptest.NewRecorder()
		s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
			test.write(w)
			if rec.Body.Len() != test.sent {
				t.Errorf("%s: %d bytes were sent, want %d", name, rec.Body.Len(), test.sent)
			}
			rec.Body.Reset()
			w.WriteString("end")
			return nil
		}})
		s.ServeHTTP(rec, httptest.NewRequest("GET", "/page", nil))
		if !strings.HasSuffix(rec.Body.String(), "end") {
			t.Errorf("%s: the end is missing", name)
		}
	}
}

func TestWriteHeader_afterContent(t *testing.T) {
	rec := ask(register(t, methletPlugin{func(w *Response, r *http.Request) error {
		w.WriteHeader(404)
		w.WriteHeader(410)
		w.WriteString("gone")
		w.WriteHeader(500)
		return nil
	}}), "GET", "/page")
	if rec.Code != 410 || rec.Body.String() != "gone" {
		t.Errorf("%d %q", rec.Code, rec.Body)
	}
}

func TestWrite_statusWithoutContent(t *testing.T) {
	for _, status := range []int{204, 304} {
		for _, heed := range []bool{true, false} {
			url, _, _ := page1(t, func(w *Response, r *http.Request) error {
				w.WriteHeader(status)
				_, err := w.WriteString("content")
				if !errors.Is(err, http.ErrBodyNotAllowed) {
					t.Errorf("%d: %v", status, err)
				}
				if heed {
					return err
				}
				return nil
			})
			resp, err := http.Get(url)
			if err != nil {
				t.Errorf("%d: %v", status, err)
				continue
			}
			body := readAll(t, resp.Body)
			if want := map[bool]int{true: 500, false: status}[heed]; resp.StatusCode != want || strings.Contains(body, "<p>content") {
				t.Errorf("%d, want %d: %s", resp.StatusCode, want, body)
			}
		}
	}
}

// The Write of a shortWriter writes less than it should, without an error.
type shortWriter struct{ *httptest.ResponseRecorder }

func (w shortWriter) Write(p []byte) (int, error) { return w.ResponseRecorder.Write(p[1:]) }

// A page that is not written whole is cut.
func TestResponse_shortWrite(t *testing.T) {
	var logs logBuffer
	s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
		_, err := w.WriteString("page")
		return err
	}})
	s.Logger = logs.logger()
	defer func() {
		if v := recover(); v != http.ErrAbortHandler {
			t.Errorf("ServeHTTP panics with %v, want %v", v, http.ErrAbortHandler)
		}
		wantText(t, logs.String(), "short write")
	}()
	s.ServeHTTP(shortWriter{httptest.NewRecorder()}, httptest.NewRequest("GET", "/page", nil))
}
