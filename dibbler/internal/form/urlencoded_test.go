package form

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// FuzzParseURLEncoded compares the result with url.ParseQuery if that returns no error.
func FuzzParseURLEncoded(f *testing.F) {
	f.Add("a=b&c=%41+%zz&&=;")
	f.Fuzz(func(t *testing.T, s string) {
		got := parseURLEncoded(s)
		want, err := url.ParseQuery(s)
		if err != nil {
			return
		}
		valid := url.Values{}
		for pair := range strings.SplitSeq(s, "&") { // in order, because different names can have the same decoded name
			if pair == "" {
				continue
			}
			one, err := url.ParseQuery(pair)
			if err != nil {
				t.Fatal(err)
			}
			for name, values := range one {
				valid[toUTF8(name)] = append(valid[toUTF8(name)], toUTF8(values[0]))
			}
		}
		if !reflect.DeepEqual(got, valid) || count(got) != count(want) {
			t.Errorf("%q: %q, want %q", s, got, valid)
		}
	})
}

// TestParse_urlencoded has the test cases of the web platform tests
// (url/resources/urlencoded-parser-data.json), and further cases for UTF-8.
func TestParse_urlencoded(t *testing.T) {
	type pairs [][2]string
	for _, test := range []struct {
		input string
		want  pairs
	}{
		{"test", pairs{{"test", ""}}},
		{"\ufefftest=\ufeff", pairs{{"\ufefftest", "\ufeff"}}},
		{"%EF%BB%BFtest=%EF%BB%BF", pairs{{"\ufefftest", "\ufeff"}}},
		{"%EF%BF%BF=%EF%BF%BF", pairs{{"\uffff", "\uffff"}}},
		{"%FE%FF", pairs{{"\ufffd\ufffd", ""}}},
		{"%FF%FE", pairs{{"\ufffd\ufffd", ""}}},
		{"†&†=x", pairs{{"†", ""}, {"†", "x"}}},
		{"%C2", pairs{{"\ufffd", ""}}},
		{"%C2x", pairs{{"\ufffdx", ""}}},
		{"_charset_=windows-1252&test=%C2x", pairs{{"_charset_", "windows-1252"}, {"test", "\ufffdx"}}},
		{"", nil},
		{"a", pairs{{"a", ""}}},
		{"a=b", pairs{{"a", "b"}}},
		{"a=", pairs{{"a", ""}}},
		{"=b", pairs{{"", "b"}}},
		{"&", nil},
		{"&a", pairs{{"a", ""}}},
		{"a&", pairs{{"a", ""}}},
		{"a&a", pairs{{"a", ""}, {"a", ""}}},
		{"a&b&c", pairs{{"a", ""}, {"b", ""}, {"c", ""}}},
		{"a=b&c=d", pairs{{"a", "b"}, {"c", "d"}}},
		{"a=b&c=d&", pairs{{"a", "b"}, {"c", "d"}}},
		{"&&&a=b&&&&c=d&", pairs{{"a", "b"}, {"c", "d"}}},
		{"a=a&a=b&a=c", pairs{{"a", "a"}, {"a", "b"}, {"a", "c"}}},
		{"a==a", pairs{{"a", "=a"}}},
		{"a=a+b+c+d", pairs{{"a", "a b c d"}}},
		{"%=a", pairs{{"%", "a"}}},
		{"%a=a", pairs{{"%a", "a"}}},
		{"%a_=a", pairs{{"%a_", "a"}}},
		{"%61=a", pairs{{"a", "a"}}},
		{"%61+%4d%4D=", pairs{{"a MM", ""}}},
		{"id=0&value=%", pairs{{"id", "0"}, {"value", "%"}}},
		{"b=%2sf%2a", pairs{{"b", "%2sf*"}}},
		{"b=%2%2af%2a", pairs{{"b", "%2*f*"}}},
		{"b=%%2a", pairs{{"b", "%*"}}},

		{"x=100%", pairs{{"x", "100%"}}},
		{"q=a;b", pairs{{"q", "a;b"}}},
		{"x=%00%2B%26%3D", pairs{{"x", "\x00+&="}}},
		// One U+FFFD for each incomplete character.
		{"x=%E2%82%AC%E2%82", pairs{{"x", "€\ufffd"}}},
		{"x=%F0%9F%92%F0%9F%92%A9%F0", pairs{{"x", "\ufffd💩\ufffd"}}},
		{"x=%ED%A0%80", pairs{{"x", "\ufffd\ufffd\ufffd"}}},          // a surrogate
		{"x=%C0%80", pairs{{"x", "\ufffd\ufffd"}}},                   // overlong
		{"x=%F4%90%80%80", pairs{{"x", "\ufffd\ufffd\ufffd\ufffd"}}}, // too large
		{"x=%80\xff", pairs{{"x", "\ufffd\ufffd"}}},
	} {
		want := url.Values{}
		for _, p := range test.want {
			want.Add(p[0], p[1])
		}
		query := httptest.NewRequest("GET", "/", nil)
		query.URL.RawQuery = test.input
		for _, r := range []*http.Request{query, posted("/", test.input)} {
			values, err := Parse(r)
			if err != nil {
				t.Errorf("%s: %v", test.input, err)
				continue
			}
			equal(t, values.All, want)
		}
	}
}
