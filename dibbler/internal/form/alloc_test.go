package form

import (
	"net/http/httptest"
	"testing"

	"github.com/gorilla/schema"
)

type plainForm struct {
	Name  string  `schema:"name"`
	City  string  `schema:"city"`
	Count int     `schema:"count"`
	Price float64 `schema:"price"`
	Gift  bool    `schema:"gift"`
}

const plainQuery = "/?name=Ada+Lovelace&city=London&count=42&price=1.5&gift=true"

func TestAllocations(t *testing.T) {
	b := binder[plainForm](t)
	decoder := schema.NewDecoder()
	fresh := httptest.NewRequest("GET", plainQuery, nil)
	bare := testing.AllocsPerRun(100, func() {
		r := *fresh
		form := new(plainForm)
		if err := r.ParseForm(); err != nil {
			t.Fatal(err)
		}
		if err := decoder.Decode(form, r.Form); err != nil {
			t.Fatal(err)
		}
	})
	if n := testing.AllocsPerRun(100, func() {
		r := *fresh
		values, err := Parse(&r)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Bind(values); err != nil {
			t.Fatal(err)
		}
	}); n > bare+1 {
		t.Errorf("%v allocations, and %v with gorilla/schema alone", n, bare)
	}
}
