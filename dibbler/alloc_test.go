package dibbler

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// What an answer costs beside the plug-in's own work is kept by the number of
// allocations, which unlike time is always the same.

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
