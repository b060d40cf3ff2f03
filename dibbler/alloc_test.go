package dibbler

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// The cost of an answer is measured in allocations, because unlike time their number is
// the same in each run.

func TestAllocations(t *testing.T) {
	s := register(t, benchPage{})
	r := httptest.NewRequest("GET", "/page", nil)
	w := nowhere{http.Header{}}
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
