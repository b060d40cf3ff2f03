package dibbler

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A methletPlugin's one page is whatever a test says.
type methletPlugin struct {
	page func(w *Response, r *http.Request) error
}

func (p methletPlugin) OnPage(w *Response, r *http.Request) error { return p.page(w, r) }

// page runs a server whose /page is served by f.
func page1(t *testing.T, f func(w *Response, r *http.Request) error) (url string, s *Server, e *run) {
	t.Helper()
	s, e = serve(t, methletPlugin{f})
	return s.URL() + "page", s, e
}

func TestResponse_nothingSentBeforeFirstByte(t *testing.T) {
	url, _, _ := page1(t, func(w *Response, r *http.Request) error {
		w.WriteOKHeaders("text/plain")
		w.Header().Set("Set-Cookie", "a=b")
		w.Header().Set("Content-Length", "3")
		return errors.New("failed after WriteOKHeaders")
	})
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	body := readAll(t, resp.Body)
	if resp.StatusCode != 500 || resp.Header.Get("Content-Type") != "text/html; charset=utf-8" || resp.Header.Get("Set-Cookie") != "" {
		t.Errorf("%d %v", resp.StatusCode, resp.Header)
	}
	wantText(t, body, "failed after WriteOKHeaders")
}

func TestResponse_Write(t *testing.T) {
	url, _, _ := page1(t, func(w *Response, r *http.Request) error {
		w.WriteOKHeaders("text/html")
		for i := range 3 {
			fmt.Fprintf(w, "%d;", i)
		}
		_, err := io.WriteString(w, "end")
		return err
	})
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	if body := readAll(t, resp.Body); body != "0;1;2;end" || resp.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("%q %v", body, resp.Header)
	}
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

func TestWriteError_dropsHeaders(t *testing.T) {
	url, _, _ := page1(t, func(w *Response, r *http.Request) error {
		w.WriteOKHeaders("image/png")
		w.WriteError(http.StatusForbidden, "Not <you>.")
		return nil
	})
	status, body := get(t, url)
	if status != 403 {
		t.Errorf("status %d", status)
	}
	wantText(t, body, "Error 403", "Not &lt;you&gt;.")
}

func TestWriteHeader_keepsHeaders(t *testing.T) {
	url, _, _ := page1(t, func(w *Response, r *http.Request) error {
		w.Header().Set("X-Own", "yes")
		w.WriteHeader(http.StatusTeapot)
		return nil
	})
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	readAll(t, resp.Body)
	if resp.StatusCode != http.StatusTeapot || resp.Header.Get("X-Own") != "yes" {
		t.Errorf("%d %v", resp.StatusCode, resp.Header)
	}
}

func TestWriteHeader_informational(t *testing.T) {
	url, _, _ := page1(t, func(w *Response, r *http.Request) error {
		w.Header().Set("Link", "</style.css>; rel=preload")
		w.WriteHeader(http.StatusEarlyHints)
		return &Error{Status: http.StatusConflict}
	})
	conn := dial(t, url)
	fmt.Fprintf(conn, "GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
	in := bufio.NewReader(conn)
	for _, want := range []int{103, 409} {
		resp, err := http.ReadResponse(in, nil)
		if err != nil || resp.StatusCode != want || want == 103 && resp.Header.Get("Link") == "" {
			t.Fatal(resp, err)
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

func TestResponse_longAnswer(t *testing.T) {
	const size = 5*writeChunk + 17
	url, _, _ := page1(t, func(w *Response, r *http.Request) error {
		n, err := io.Copy(w, io.LimitReader(zeros{}, size))
		if n != size {
			return fmt.Errorf("copied %d, %w", n, err)
		}
		return err
	})
	if status, body := get(t, url); status != 200 || len(body) != size {
		t.Errorf("%d, %d bytes", status, len(body))
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func TestResponse_held(t *testing.T) {
	full := strings.Repeat("x", maxHeld)
	for name, test := range map[string]struct {
		write func(w *Response)
		sent  int // before the methlet returns
	}{
		"nothing":         {func(w *Response) {}, 0},
		"a byte":          {func(w *Response) { w.WriteString("x") }, 0},
		"32 KiB":          {func(w *Response) { w.WriteString(full) }, 0},
		"bytes":           {func(w *Response) { w.Write([]byte(full[1:])); w.WriteString("x") }, 0},
		"one more":        {func(w *Response) { w.WriteString(full); w.WriteString("x") }, maxHeld + 1},
		"one more byte":   {func(w *Response) { w.Write([]byte("x")); w.Write([]byte(full)) }, maxHeld + 1},
		"more at once":    {func(w *Response) { w.WriteString(full + "x") }, maxHeld + 1},
		"after Flush":     {func(w *Response) { w.WriteString("x"); w.Flush(); w.WriteString("x") }, 2},
		"an event stream": {func(w *Response) { w.WriteOKHeaders("text/event-stream"); w.WriteString("x") }, 1},
		"with a trailer":  {func(w *Response) { w.Header().Set("Trailer", "Sum"); w.WriteString("x") }, 1},
	} {
		rec := httptest.NewRecorder()
		s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
			test.write(w)
			if rec.Body.Len() != test.sent {
				t.Errorf("%s: %d bytes are sent, want %d", name, rec.Body.Len(), test.sent)
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

func TestClose_methletGoesOn(t *testing.T) {
	for _, version := range []string{"1.0", "1.1"} {
		for _, flushed := range []bool{false, true} {
			for _, length := range []string{"", "4"} {
				goOn, wrote := make(chan bool), make(chan error, 1)
				url, _, _ := page1(t, func(w *Response, r *http.Request) error {
					w.Header().Set("Content-Length", length)
					if length == "" {
						w.Header().Del("Content-Length")
					}
					w.WriteOKHeaders("text/plain")
					fmt.Fprint(w, "bye.")
					if flushed {
						w.Flush()
					}
					if err := w.Close(); err != nil {
						t.Error(err)
					}
					if err := w.Close(); err != nil {
						t.Error("second Close:", err)
					}
					<-goOn
					_, err := w.Write([]byte("more"))
					wrote <- err
					return errors.New("after the end")
				})
				conn := dial(t, url)
				fmt.Fprintf(conn, "GET /page HTTP/%s\r\nHost: x\r\n\r\n", version)
				in := bufio.NewReader(conn)
				resp, err := http.ReadResponse(in, nil)
				if err != nil {
					t.Fatal(err)
				}
				if body := readAll(t, resp.Body); body != "bye." {
					t.Errorf("HTTP/%s: %q", version, body)
				}
				if rest, err := io.ReadAll(in); len(rest) > 0 || err != nil {
					t.Errorf("HTTP/%s: after the answer: %q, %v", version, rest, err)
				}
				close(goOn)
				if err := <-wrote; !errors.Is(err, net.ErrClosed) {
					t.Errorf("a write after Close: %v", err)
				}
			}
		}
	}
}

func TestClose_clientStillSending(t *testing.T) {
	url, _, _ := page1(t, func(w *Response, r *http.Request) error {
		fmt.Fprint(w, "enough")
		return w.Close()
	})
	conn := dial(t, url)
	fmt.Fprint(conn, "POST /page HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n")
	go conn.Write(make([]byte, 1000000))
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	if body := readAll(t, resp.Body); body != "enough" {
		t.Errorf("%q", body)
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
			t.Error("a write to a hijacked connection:", err)
		}
		return errors.New("no page can be made of this")
	})
	conn := dial(t, url)
	fmt.Fprint(conn, "GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
	if all, err := io.ReadAll(conn); string(all) != "anything at all" {
		t.Errorf("%q, %v", all, err)
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
	var book logBook
	s := &Server{Logger: book.logger()}
	if err := s.Register(methletPlugin{func(w *Response, r *http.Request) error {
		w.WriteError(http.StatusForbidden, "Not today.")
		if _, err := w.WriteString("and more"); !errors.Is(err, net.ErrClosed) {
			t.Errorf("a write after WriteError: %v", err)
		}
		return errors.New("the reason")
	}}); err != nil {
		t.Fatal(err)
	}
	rec := ask(s, "GET", "/page")
	if rec.Code != 403 {
		t.Errorf("status %d", rec.Code)
	}
	wantText(t, rec.Body.String(), "Not today.")
	if !strings.HasSuffix(rec.Body.String(), "</html>\n") {
		t.Errorf("the page goes on: %s", rec.Body)
	}
	wantText(t, book.String(), "the reason")
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

func TestClose_noFlusher(t *testing.T) {
	var s Server
	closed := make(chan error, 1)
	if err := s.Register(methletPlugin{func(w *Response, r *http.Request) error {
		fmt.Fprint(w, "bye")
		closed <- w.Close()
		return nil
	}}); err != nil {
		t.Fatal(err)
	}
	rec := ask(http.TimeoutHandler(&s, time.Hour, ""), "GET", "/page")
	if err := <-closed; err != nil || rec.Body.String() != "bye" {
		t.Errorf("%v, %q", err, rec.Body)
	}
}

func TestErrShutdown_afterHijack(t *testing.T) {
	var book logBook
	s := &Server{Addr: "127.0.0.1:0", Logger: book.logger()}
	if err := s.Register(methletPlugin{func(w *Response, r *http.Request) error {
		conn, _, err := w.Hijack()
		if err != nil {
			return err
		}
		conn.Close()
		return ErrShutdown
	}}); err != nil {
		t.Fatal(err)
	}
	e := start(t, &Context{}, s)
	conn := dial(t, s.URL())
	fmt.Fprint(conn, "GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
	if err := e.wait(); err != nil || book.String() != "" {
		t.Errorf("%v, logged: %s", err, &book)
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
		fmt.Fprint(conn, "GET /page HTTP/1.1\r\nHost: x\r\n\r\n")
		text, err := io.ReadAll(conn)
		if err != nil || !strings.HasPrefix(string(text), "HTTP/1.1 ") || !strings.Contains(string(text), "Upgrade: spam\r\n") || !strings.HasSuffix(string(text), "\r\n\r\nspam") {
			t.Errorf("%s: %q, %v", name, text, err)
		}
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

// A badWriter reports a number of its own.
type badWriter struct {
	*httptest.ResponseRecorder
	report func(n int) int
}

func (w badWriter) Write(p []byte) (int, error)       { return w.report(len(p)), nil }
func (w badWriter) WriteString(s string) (int, error) { return w.report(len(s)), nil }

func TestWrite_badWriterUnderneath(t *testing.T) {
	for name, test := range map[string]struct {
		report func(n int) int
		want   string
	}{
		"nothing":  {func(n int) int { return 0 }, "short write"},
		"less":     {func(n int) int { return n - 1 }, "short write"},
		"more":     {func(n int) int { return n + 1 }, "has reported"},
		"negative": {func(n int) int { return -1 }, "has reported"},
	} {
		for _, write := range []func(w *Response) (int, error){
			func(w *Response) (int, error) { return w.Write(make([]byte, maxHeld+1)) },
			func(w *Response) (int, error) { return w.WriteString(strings.Repeat("x", maxHeld+1)) },
			func(w *Response) (int, error) {
				n, err := w.WriteString("x")
				return n, errors.Join(err, w.FlushError())
			},
		} {
			s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
				n, err := write(w)
				if n < 0 || n > maxHeld+1 || err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("%s: %d, %v", name, n, err)
				}
				return nil
			}})
			s.ServeHTTP(badWriter{httptest.NewRecorder(), test.report}, httptest.NewRequest("GET", "/page", nil))
		}
	}
}

// compress is a middleware that compresses answers, as those for net/http do.
func compress(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		next.ServeHTTP(compressed{w, z}, r)
		z.Close()
	})
}

type compressed struct {
	http.ResponseWriter
	z *gzip.Writer
}

func (c compressed) WriteHeader(status int) {
	c.Header().Del("Content-Length")
	c.ResponseWriter.WriteHeader(status)
}

func (c compressed) Write(p []byte) (int, error) { return c.z.Write(p) }

func (c compressed) FlushError() error {
	return errors.Join(c.z.Flush(), http.NewResponseController(c.ResponseWriter).Flush())
}

func (c compressed) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func TestClose_wholeAnswer(t *testing.T) {
	header := func(name, value string) func(w *Response) {
		return func(w *Response) { w.Header().Set(name, value) }
	}
	for name, test := range map[string]struct {
		wrap  func(http.Handler) http.Handler
		begin func(w *Response)
		late  bool // the answer ends when the methlet returns
	}{
		"plain":             {begin: func(w *Response) {}},
		"chunked":           {begin: header("Transfer-Encoding", "chunked")},
		"identity":          {begin: header("Transfer-Encoding", "identity")},
		"compressed":        {wrap: compress, begin: func(w *Response) {}, late: true},
		"trailer":           {begin: header("Trailer", "Sum"), late: true},
		"trailer by prefix": {begin: header(http.TrailerPrefix+"Sum", "1"), late: true},
		"other middleware": {wrap: func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { next.ServeHTTP(unchanged{w}, r) })
		}, begin: func(w *Response) {}},
	} {
		for _, flush := range []bool{false, true} {
			goOn := make(chan bool)
			s := register(t, methletPlugin{func(w *Response, r *http.Request) error {
				test.begin(w)
				fmt.Fprint(w, "the whole ")
				if flush {
					w.Flush()
				}
				fmt.Fprint(w, "answer")
				w.Header().Set("Sum", "1")
				err := w.Close()
				<-goOn
				return err
			}})
			s.Wrap = test.wrap
			start(t, &Context{}, s)
			if test.late || test.wrap != nil && flush {
				close(goOn)
			}
			resp, err := http.Get(s.URL() + "page")
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || string(body) != "the whole answer" || resp.Trailer.Get("Sum") != map[bool]string{true: "1"}[strings.HasPrefix(name, "trailer")] {
				t.Errorf("%s, flushed %v: %q, %v, trailer %v", name, flush, body, err, resp.Trailer)
			}
			if !(test.late || test.wrap != nil && flush) {
				close(goOn)
			}
		}
	}
}

// An unchanged writer changes nothing.
type unchanged struct{ http.ResponseWriter }

func (p unchanged) Unwrap() http.ResponseWriter { return p.ResponseWriter }
