package form

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestBind_unknownNames(t *testing.T) {
	type form struct {
		Name string `schema:"name"`
		Sub  struct {
			Name string `schema:"name"`
		} `schema:"sub"`
		Items []struct {
			Name string `schema:"name"`
		} `schema:"item"`
		Hidden string `schema:"-"`
		secret string
	}
	for _, key := range []string{
		"other", "", ".", "..", "name.", "name.x", ".name", "sub", "sub.", "sub.x", "sub..name", "sub.name.x", "sub.0.name",
		"item", "item.", "item.0", "item.0.", "item.x", "item.x.name", "item.-1.name", "item.+1.name", "item.01.name", "item.0x1.name",
		"item.0.name.x", "item.0.0.name", "item..name", "item. 0.name", "Hidden", "hidden", "-", "secret", "name ", "näme",
	} {
		equal(t, taken[form](t, url.Values{key: {"x"}}.Encode()), form{})
	}
	_ = form{}.secret
}

// A field that is left out does not hide one of an outer struct.
func TestBind_leftOutInside(t *testing.T) {
	type inside struct {
		ID   int `schema:"-"`
		Name string
	}
	type form struct {
		inside
		ID int
	}
	equal(t, taken[form](t, "id=5&name=a"), form{inside{Name: "a"}, 5})
}

func TestBind_items(t *testing.T) {
	type item struct {
		Name string `schema:"name"`
		Done bool   `schema:"done"`
	}
	type form struct {
		Items []item `schema:"item"`
	}
	equal(t, taken[form](t, "item.2.name=c&item.0.name=a&item.0.done=on").Items, []item{{"a", true}, {}, {Name: "c"}})
	equal(t, len(taken[form](t, "item.99.name=z").Items), 100)
	for _, number := range []string{"100", "16000", "9223372036854775807", "18446744073709551616", strings.Repeat("9", 1000)} {
		wantText(t, refused[form](t, "item."+number+".name=z"), ": The highest item number is 99.")
	}
}

func TestBind_namesInAnyCase(t *testing.T) {
	type form struct {
		Name  string      `schema:"name"`
		Count int         `schema:"count"`
		Days  []time.Time `schema:"day"`
		Plain string
	}
	equal(t, taken[form](t, "NAME=a&Count=2&plain=b"), form{Name: "a", Count: 2, Plain: "b"})
	first := time.Date(2026, 1, 1, 0, 0, 0, 0, time.Local)
	for range 100 { // the order of a map is random
		equal(t,
			taken[form](t, "NAME=1&Name=2&name=3&count=&COUNT=4&cOUNT=x&Day=2026-02-01&day=2026-01-01&DAY=2026-03-01&DAY=2026-03-02&PLAIN=5&plain=6"),
			form{Name: "3", Days: []time.Time{first}, Plain: "5"})
	}
}

type namedValues url.Values

func TestBind_map(t *testing.T) {
	want := map[string][]string{"a": {"2", "1"}, "b": {""}, "Ä": {"ö"}}
	r := func() *http.Request { return posted("/?a=1&b=", "a=2&%C3%84=%C3%B6") }
	values := bound[url.Values](t, r())
	equal(t, *values, url.Values(want))
	named := bound[namedValues](t, r())
	equal(t, *named, namedValues(want))
	plain := bound[map[string][]string](t, r())
	equal(t, *plain, want)
	empty := bound[url.Values](t, httptest.NewRequest("GET", "/", nil))
	if *empty == nil || len(*empty) != 0 {
		t.Errorf("no values: %#v", *empty)
	}
}
