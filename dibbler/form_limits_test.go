package dibbler

import (
	"bufio"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
)

func TestAFormHasAtMostAThousandValues(t *testing.T) {
	repeat := func(n int) string { return strings.TrimSuffix(strings.Repeat("side=&", n), "&") }
	keys := func(n int) string {
		v := url.Values{}
		for i := range n {
			v.Set(fmt.Sprint("key", i), "")
		}
		return v.Encode()
	}
	for _, text := range []func(int) string{repeat, keys} {
		for name, of := range map[string]func(n int) *http.Request{
			"GET":            func(n int) *http.Request { return httptest.NewRequest("GET", "/form?"+text(n), nil) },
			"urlencoded":     func(n int) *http.Request { return posted("/form", text(n)) },
			"query and body": func(n int) *http.Request { return posted("/form?"+text(n/2), text(n-n/2)) },
			"multipart": func(n int) *http.Request {
				return multi(t, "/form?spam=1", func(w *multipart.Writer) { repeatField(t, w, n-1) })
			},
		} {
			if form, rec := submit[mealForm](t, of(1000)); form == nil {
				t.Errorf("%s of 1000 values: %d %s", name, rec.Code, message(rec))
			}
			form, rec := submit[mealForm](t, of(1001))
			if rec.Code != 413 || form != nil || message(rec) != "This form has too many values. At most 1000 are taken." {
				t.Errorf("%s of 1001 values: %d %s", name, rec.Code, message(rec))
			}
			if form, _ := submit[url.Values](t, of(1001)); form != nil {
				t.Errorf("%s of 1001 values: a methlet with a map has run", name)
			}
		}
	}
}

func TestABodyIsNotLargerThanMaxBody(t *testing.T) {
	const limit = 1 << 20
	s := register(t, formPlugin[mealForm]{func(w *Response, r *http.Request, form mealForm) error {
		_, err := fmt.Fprint(w, len(form.Eggs))
		return err
	}})
	s.MaxBody = limit
	start(t, &Context{}, s)
	post := func(contentType string, body io.Reader) (int, string) {
		resp, err := http.Post(s.URL()+"form", contentType, body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, readAll(t, resp.Body)
	}
	const urlencoded = "application/x-www-form-urlencoded"
	text := "eggs=" + strings.Repeat("x", limit-5)
	if status, body := post(urlencoded, strings.NewReader(text)); status != 200 || body != fmt.Sprint(limit-5) {
		t.Errorf("%d %.200s", status, body)
	}
	const want = "This form is too large. At most 1048576 bytes are taken."
	for _, body := range []io.Reader{strings.NewReader(text + "y"), io.MultiReader(strings.NewReader(text), strings.NewReader("y"))} {
		if status, body := post(urlencoded, body); status != 413 || !strings.Contains(body, want) {
			t.Errorf("%d %.200s", status, body)
		}
	}
	r := multi(t, "/", func(w *multipart.Writer) { writeField(t, w, "eggs", text) })
	if status, body := post(r.Header.Get("Content-Type"), r.Body); status != 413 || !strings.Contains(body, want) {
		t.Errorf("%d %.200s", status, body)
	}
}

func TestARefusalIsSeenByAClientThatSendsEverythingFirst(t *testing.T) {
	s, _ := serve(t, formPlugin[mealForm]{})
	for kind, body := range map[string]string{
		"application/x-www-form-urlencoded":  strings.Repeat("a&", 4<<20),
		"multipart/form-data; boundary=part": strings.Repeat("--part\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n", 100_000) + "--part--\r\n",
	} {
		conn, err := net.Dial("tcp", strings.Trim(s.URL(), "htp:/"))
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := fmt.Fprintf(conn, "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", kind, len(body), body); err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if text := readAll(t, resp.Body); resp.StatusCode != 413 {
			t.Errorf("%s: %d %.300s", kind, resp.StatusCode, text)
		}
	}
}

// nested is what the decoder makes 16,000 by 16,000 of by itself, if asked.
type nested struct {
	Items []struct {
		Sub []struct {
			Z    string `schema:"z"`
			Deep []struct {
				A, B, C, D, E string
			} `schema:"deep"`
		} `schema:"sub"`
	} `schema:"items"`
	Number int `schema:"n"`
}

func TestWhatASenderSendsIsWhatItCosts(t *testing.T) {
	lines := func(n int, format string) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i/10, i%10)
		}
		return strings.TrimSuffix(b.String(), "&")
	}
	megabyte := strings.Repeat("9", 1<<20)
	for _, test := range []struct {
		name   string
		body   io.Reader
		status int
		most   uint64 // bytes that may be allocated
	}{
		{"100 keys with an index of 16000", strings.NewReader(lines(100, "items.%d%d.sub.16000.z=&")), 400, 1 << 20},
		{"100 keys with a negative index", strings.NewReader(lines(100, "items.-%d%d.sub.-1.z=&")), 200, 1 << 20},
		{"100 keys with the highest index", strings.NewReader(lines(100, "items.%d%d.sub.99.z=&")), 200, 4 << 20},
		{"1000 keys with the highest index", strings.NewReader(lines(1000, "items.%d.sub.%d.deep.99.a=&")), 200, 32 << 20},
		{"189 KB of keys", strings.NewReader(lines(189_000/27, "items.%04d%d.sub.16000.z=11&")), 413, 1 << 20},
		{"16 million of a&a&a", io.LimitReader(endless("a&"), defaultMaxBody), 413, 1 << 20},
		{"16 million of &&&", io.LimitReader(endless("&"), defaultMaxBody), 413, 1 << 20},
		{"a number of a megabyte", strings.NewReader("n=" + megabyte), 400, 10 << 20},
		{"an index of a megabyte", strings.NewReader("items." + megabyte + ".sub.0.z="), 400, 10 << 20},
		{"a name of a megabyte", strings.NewReader("items.0." + strings.Repeat("X", 1<<20)), 200, 10 << 20},
		{"a name with a million dots", strings.NewReader("items.0.sub.0" + strings.Repeat(".", 1<<20)), 200, 10 << 20},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := register(t, formPlugin[nested]{func(*Response, *http.Request, nested) error { return nil }})
			r := posted("/form", "")
			r.Body, r.ContentLength = io.NopCloser(test.body), -1
			rec := httptest.NewRecorder()
			before := allocated()
			s.ServeHTTP(rec, r)
			used := allocated() - before
			t.Log(used>>10, "KiB")
			if rec.Code != test.status || used > test.most || rec.Body.Len() > 64<<10 {
				t.Errorf("status %d, want %d; %d bytes allocated, want at most %d; a page of %d bytes",
					rec.Code, test.status, used, test.most, rec.Body.Len())
			}
		})
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// An endless string repeats itself.
type endless string

func (s endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = s[i%len(s)]
	}
	return len(p), nil
}
