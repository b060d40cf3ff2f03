package dibbler

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"
)

// nowhere is a ResponseWriter that discards everything.
type nowhere struct{ header http.Header }

func (n nowhere) Header() http.Header         { return n.header }
func (n nowhere) Write(p []byte) (int, error) { return len(p), nil }
func (n nowhere) WriteHeader(int)             {}

type benchPage struct{}

var benchText = make([]byte, 2<<10)

func (benchPage) OnPage(w *Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.Write(benchText)
	return err
}

// barePage serves the same page without Dibbler.
var barePage = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusOK)
	w.Write(benchText)
})

// BenchmarkDispatch serves a page of 2 KB with a bare handler, with Dibbler, and with
// Dibbler among many other pages.
func BenchmarkDispatch(b *testing.B) {
	b.Run("bare", func(b *testing.B) { benchHandler(b, barePage) })
	for _, n := range []int{1, 10, 100, 1000} {
		s := register(b, benchPage{})
		p := *s.currentPages()
		for i := range n - 1 {
			name := fmt.Sprintf("OnOther%d", i)
			p.methlets[name] = &methlet{reflect.TypeFor[benchPage](), name, benchPage{}.OnPage}
		}
		b.Run(fmt.Sprintf("methlets=%d", n), func(b *testing.B) { benchHandler(b, s) })
	}
}

func benchHandler(b *testing.B, h http.Handler) {
	r := httptest.NewRequest("GET", "/page", nil)
	w := nowhere{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		h.ServeHTTP(w, r)
	}
}
