package dibbler

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestServer_mounted(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/tool/", http.StripPrefix("/tool", register(t, &pages1{}, methletPlugin{func(w *Response, r *http.Request) error {
		if Stopping(r.Context()) != nil {
			t.Error("Stopping returned a channel without a Context")
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
		t.Errorf("the error page has the header %v, want only what Wrap and the error set", h)
	}
}

// FuzzRequest sends raw bytes. The server must answer in HTTP or not at all, and keep
// running.
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
	s, _ := serve(f, &pages1{}, formPlugin[someForm]{func(w *Response, r *http.Request, f someForm) error {
		_, err := fmt.Fprintf(w, "name %q", f.Name)
		return err
	}})
	addr := addrOf(s)
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
				t.Fatalf("%q: not an HTTP response: %v", raw, err)
			}
			if resp.StatusCode >= 500 && resp.StatusCode != 505 && resp.StatusCode != 501 {
				t.Fatalf("%q: %s", raw, resp.Status)
			}
			if _, err := io.Copy(io.Discard, resp.Body); err != nil {
				break // the answer to HEAD has a Content-Length but no body
			}
		}
	})
}
