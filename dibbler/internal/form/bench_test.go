package form

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"

	"github.com/gorilla/schema"
)

type benchForm struct {
	Name  string  `schema:"name"`
	City  string  `schema:"city"`
	Count int     `schema:"count"`
	Price float64 `schema:"price"`
	Gift  bool    `schema:"gift"`
}

const benchQuery = "/?name=Ada+Lovelace&city=London&count=42&price=1.5&gift=true"

// byHand reads the form like a handler without a framework.
func byHand(r *http.Request) (form benchForm, err error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return form, err
	}
	form.Name, form.City = values.Get("name"), values.Get("city")
	if form.Count, err = strconv.Atoi(values.Get("count")); err != nil {
		return form, err
	}
	if form.Price, err = strconv.ParseFloat(values.Get("price"), 64); err != nil {
		return form, err
	}
	form.Gift, err = strconv.ParseBool(values.Get("gift"))
	return form, err
}

// BenchmarkForm fills in five typed values from a query.
func BenchmarkForm(b *testing.B) {
	decoder := schema.NewDecoder()
	binder := binder[benchForm](b)
	want := benchForm{"Ada Lovelace", "London", 42, 1.5, true}
	for _, peer := range []struct {
		name string
		bind func(r *http.Request) (benchForm, error)
	}{
		{"ByHand", byHand},
		{"Schema", func(r *http.Request) (form benchForm, err error) {
			if err := r.ParseForm(); err != nil {
				return form, err
			}
			return form, decoder.Decode(&form, r.Form)
		}},
		{"Dibbler", func(r *http.Request) (benchForm, error) {
			values, err := Parse(r)
			if err != nil {
				return benchForm{}, err
			}
			form, err := binder.Bind(values)
			if err != nil {
				return benchForm{}, err
			}
			return form.Interface().(benchForm), nil
		}},
	} {
		b.Run(peer.name, func(b *testing.B) {
			fresh := httptest.NewRequest("GET", benchQuery, nil)
			b.ReportAllocs()
			for b.Loop() {
				r := *fresh
				if form, err := peer.bind(&r); err != nil || form != want {
					b.Fatal(form, err)
				}
			}
		})
	}
}

func TestAllocations(t *testing.T) {
	b := binder[benchForm](t)
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
