package form

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
)

func TestParse_maxValues(t *testing.T) {
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
			"GET":            func(n int) *http.Request { return httptest.NewRequest("GET", "/?"+text(n), nil) },
			"urlencoded":     func(n int) *http.Request { return posted("/", text(n)) },
			"query and body": func(n int) *http.Request { return posted("/?"+text(n/2), text(n-n/2)) },
			"multipart": func(n int) *http.Request {
				return multi(t, "/?spam=1", func(w *multipart.Writer) { repeatField(t, w, n-1) })
			},
		} {
			if _, err := Parse(of(1000)); err != nil {
				t.Errorf("%s of 1000 values: %v", name, err)
			}
			_, err := Parse(of(1001))
			if status, message := answer(err); status != 413 || message != "This form has more than 1000 values. Send fewer at once." {
				t.Errorf("%s of 1001 values: %v", name, err)
			}
		}
	}
}

// nested is a type for which the decoder alone would allocate 16,000 by 16,000 elements.
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

func TestBind_memory(t *testing.T) {
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
		most   uint64 // the maximum number of allocated bytes
	}{
		{"100 keys with an index of 16000", strings.NewReader(lines(100, "items.%d%d.sub.16000.z=&")), 400, 1 << 20},
		{"100 keys with a negative index", strings.NewReader(lines(100, "items.-%d%d.sub.-1.z=&")), 200, 1 << 20},
		{"100 keys with the highest index", strings.NewReader(lines(100, "items.%d%d.sub.99.z=&")), 200, 4 << 20},
		{"1000 keys with the highest index", strings.NewReader(lines(1000, "items.%d.sub.%d.deep.99.a=&")), 200, 32 << 20},
		{"189 KB of keys", strings.NewReader(lines(189_000/27, "items.%04d%d.sub.16000.z=11&")), 413, 1 << 20},
		{"16 million of a&a&a", io.LimitReader(endless("a&"), 32<<20), 413, 1 << 20},
		{"16 million of &&&", io.LimitReader(endless("&"), 32<<20), 413, 1 << 20},
		{"a number of a megabyte", strings.NewReader("n=" + megabyte), 400, 10 << 20},
		{"an index of a megabyte", strings.NewReader("items." + megabyte + ".sub.0.z="), 400, 10 << 20},
		{"a name of a megabyte", strings.NewReader("items.0." + strings.Repeat("X", 1<<20)), 200, 10 << 20},
		{"a name with a million dots", strings.NewReader("items.0.sub.0" + strings.Repeat(".", 1<<20)), 200, 10 << 20},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := posted("/", "")
			r.Body, r.ContentLength = io.NopCloser(test.body), -1
			before := allocated()
			_, err := submit[nested](t, r)
			status, message := answer(err)
			used := allocated() - before
			t.Log(used>>10, "KiB")
			if status != test.status || used > test.most || len(message) > 64<<10 {
				t.Errorf("status %d, want %d; %d bytes allocated, want at most %d; a message of %d bytes",
					status, test.status, used, test.most, len(message))
			}
		})
	}
}

func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// An endless reader repeats a string.
type endless string

func (s endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = s[i%len(s)]
	}
	return len(p), nil
}
