package dibbler

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A methletPlugin has one page, which is a function of the test.
type methletPlugin struct {
	page func(w *Response, r *http.Request) error
}

func (p methletPlugin) OnPage(w *Response, r *http.Request) error { return p.page(w, r) }

// page1 runs a server whose /page is served by f.
func page1(t *testing.T, f func(w *Response, r *http.Request) error) (url string, s *Server, e *run) {
	t.Helper()
	s, e = serve(t, methletPlugin{f})
	return s.URL() + "page", s, e
}

func TestWriteOKHeaders_charset(t *testing.T) {
	for in, want := range map[string]string{
		"text/html":                     "text/html; charset=utf-8",
		"text/html; charset=iso-8859-1": "text/html; charset=iso-8859-1",
		"image/gif":                     "image/gif",
	} {
		if got := withCharset(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestWriteHeader_informational(t *testing.T) {
	url, _, _ := page1(t, func(w *Response, r *http.Request) error {
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		return &Error{Status: http.StatusConflict}
	})
	for version, statuses := range map[string][]int{"1.1": {103, 409}, "1.0": {409}} {
		conn := dial(t, url)
		fmt.Fprintf(conn, "GET /page HTTP/%s\r\nHost: x\r\n\r\n", version)
		in := bufio.NewReader(conn)
		for _, want := range statuses {
			resp, err := http.ReadResponse(in, nil)
			if err != nil || resp.StatusCode != want || want == 103 && resp.Header.Get("Link") == "" {
				t.Fatalf("HTTP/%s: answered %v, %v, want status %d", version, resp, err, want)
			}
		}
	}
}

func TestResponse_withNetHTTP(t *testing.T) {
	url, _, _ := page1(t, func(w *Response, r *http.Request) error {
		if r.URL.RawQuery == "" {
			http.Redirect(w, r, "/page?there", http.StatusSeeOther)
			return nil
		}
		http.ServeContent(w, r, "x.txt", time.Unix(1e9, 0), strings.NewReader("0123456789"))
		return nil
	})
	if status, body := get(t, url); status != 200 || body != "0123456789" {
		t.Errorf("%d %q", status, body)
	}
	req, err := http.NewRequest("GET", url+"?there", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Range", "bytes=2-4")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	if body := readAll(t, resp.Body); resp.StatusCode != 206 || body != "234" {
		t.Errorf("%d %q", resp.StatusCode, body)
	}
}

func TestFlush(t *testing.T) {
	read := make(chan bool)
	url, _, _ := page1(t, func(w *Response, r *http.Request) error {
		w.WriteOKHeaders("text/plain")
		fmt.Fprint(w, "Please wait…\n")
		w.Flush()
		<-read
		fmt.Fprint(w, "Done.\n")
		return http.NewResponseController(w).Flush()
	})
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(resp.Body)
	if line, err := in.ReadString('\n'); line != "Please wait…\n" {
		t.Errorf("%q, %v", line, err)
	}
	close(read)
	if rest := readAll(t, struct {
		io.Reader
		io.Closer
	}{in, resp.Body}); rest != "Done.\n" {
		t.Errorf("%q", rest)
	}
}

func TestHijack(t *testing.T) {
	url, _, _ := page1(t, func(w *Response, r *http.Request) error {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return err
		}
		defer conn.Close()
		fmt.Fprint(rw, "anything at all")
		rw.Flush()
		if _, err := w.Write(nil); !errors.Is(err, http.ErrHijacked) {
			t.Error("write after Hijack:", err)
		}
		return errors.New("no page can be made of this")
	})
	conn := dial(t, url)
	request(conn, "/page")
	if all, err := io.ReadAll(conn); string(all) != "anything at all" {
		t.Errorf("%q, %v", all, err)
	}
}

// Hijack sends the content that was written before, whether it is still buffered or not.
func TestHijack_afterContent(t *testing.T) {
	for name, before := range map[string]func(w *Response){
		"buffered": func(w *Response) { w.WriteString("before, ") },
		"sent":     func(w *Response) { w.Header().Set("Trailer", "X"); w.WriteString("before, ") },
	} {
		url, _, _ := page1(t, func(w *Response, r *http.Request) error {
			w.Header().Set("Content-Length", "13")
			before(w)
			conn, _, err := w.Hijack()
			if err != nil {
				return err
			}
			defer conn.Close()
			if _, _, err := w.Hijack(); !errors.Is(err, http.ErrHijacked) {
				t.Errorf("%s: second Hijack: %v", name, err)
			}
			_, err = io.WriteString(conn, "after")
			return err
		})
		conn := dial(t, url)
		request(conn, "/page")
		if _, body := readAnswer(t, bufio.NewReader(conn)); body != "before, after" {
			t.Errorf("%s: %q", name, body)
		}
	}
}

// dial connects to the server at url.
func dial(t testing.TB, url string) net.Conn {
	t.Helper()
	addr := strings.TrimPrefix(url, "http://")
	addr, _, _ = strings.Cut(addr, "/")
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func TestWriteError_thenReturnedError(t *testing.T) {
	var logs logBuffer
	s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
		w.WriteError(http.StatusForbidden, "Not <you>.")
		if _, err := w.WriteString("and more"); !errors.Is(err, net.ErrClosed) {
			t.Errorf("write after WriteError: %v", err)
		}
		return errors.New("the reason")
	}})
	s.Logger = logs.logger()
	rec := ask(s, "GET", "/page")
	if rec.Code != 403 || !strings.HasSuffix(rec.Body.String(), "</html>\n") {
		t.Errorf("status %d, and the page may have more content: %s", rec.Code, rec.Body)
	}
	wantText(t, rec.Body.String(), "Error 403", "Not &lt;you&gt;.")
	wantText(t, logs.String(), "the reason")
}

func TestWriteHeader_badStatus(t *testing.T) {
	for name, page := range map[string]func(w *Response, r *http.Request) error{
		"WriteHeader": func(w *Response, r *http.Request) error { w.WriteHeader(99); return nil },
		"Error":       func(w *Response, r *http.Request) error { return &Error{Status: 42, Message: "odd"} },
	} {
		url, _, _ := page1(t, page)
		if status, _ := get(t, url); status != 500 {
			t.Errorf("%s: status %d, want 500", name, status)
		}
	}
}

func TestWriteHeader_switchingProtocols(t *testing.T) {
	for name, answer := range map[string]func(w *Response){
		"101":        func(w *Response) { w.WriteHeader(101) },
		"200":        func(w *Response) { w.Header().Set("Content-Length", "0"); w.WriteHeader(200) },
		"no content": func(w *Response) { w.Header().Set("Content-Length", "0"); w.WriteString("") },
	} {
		url, _, _ := page1(t, func(w *Response, r *http.Request) error {
			w.Header().Set("Connection", "Upgrade")
			w.Header().Set("Upgrade", "spam")
			answer(w)
			conn, _, err := w.Hijack()
			if err != nil {
				return err
			}
			defer conn.Close()
			_, err = io.WriteString(conn, "spam")
			return err
		})
		conn := dial(t, url)
		request(conn, "/page")
		text, err := io.ReadAll(conn)
		if err != nil || !strings.HasPrefix(string(text), "HTTP/1.1 ") || !strings.Contains(string(text), "Upgrade: spam\r\n") || !strings.HasSuffix(string(text), "\r\n\r\nspam") {
			t.Errorf("%s: %q, %v", name, text, err)
		}
	}
}
