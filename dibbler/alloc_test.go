package dibbler

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// A discardWriter is a ResponseWriter that discards everything.
type discardWriter struct{ header http.Header }

func (n discardWriter) Header() http.Header         { return n.header }
func (n discardWriter) Write(p []byte) (int, error) { return len(p), nil }
func (n discardWriter) WriteHeader(int)             {}

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

// TestAllocations measures the cost of an answer in allocations, because unlike time their
// number is the same in each run.
func TestAllocations(t *testing.T) {
	s := register(t, benchPage{})
	r := httptest.NewRequest("GET", "/page", nil)
	w := discardWriter{http.Header{}}
	allocations := func(h http.Handler) float64 {
		return testing.AllocsPerRun(100, func() {
			clear(w.header)
			h.ServeHTTP(w, r)
		})
	}
	if bare, n := allocations(barePage), allocations(s); n > bare+2 {
		t.Errorf("%v allocations, and %v without Dibbler", n, bare)
	}
}
