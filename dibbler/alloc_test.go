package dibbler

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/gorilla/schema"
)

// What an answer costs beside the plug-in's own work is kept by the number of
// allocations, which unlike time is always the same.

func TestDispatchAllocatesLittle(t *testing.T) {
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

func TestFormAllocatesLittle(t *testing.T) {
	b, err := newBinder(reflect.TypeFor[benchForm]())
	if err != nil {
		t.Fatal(err)
	}
	decoder := schema.NewDecoder()
	fresh := httptest.NewRequest("GET", benchQuery, nil)
	bare := testing.AllocsPerRun(100, func() {
		r := *fresh
		form := new(benchForm)
		if err := r.ParseForm(); err != nil {
			t.Fatal(err)
		}
		if err := decoder.Decode(form, r.Form); err != nil {
			t.Fatal(err)
		}
	})
	if n := testing.AllocsPerRun(100, func() {
		r := *fresh
		if _, err := b.bind(&r); err != nil {
			t.Fatal(err)
		}
	}); n > bare+1 {
		t.Errorf("%v allocations, and %v with gorilla/schema alone", n, bare)
	}
}
