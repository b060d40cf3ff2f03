package form

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// FuzzForm parses and binds any form. The result must be the same each time, an error must be
// one of the client, and the memory must be limited.
func FuzzForm(f *testing.F) {
	const urlencoded = "application/x-www-form-urlencoded"
	const boundary = "multipart/form-data; boundary=b"
	for _, seed := range []struct{ query, contentType, body string }{
		{"", "", ""},
		{kindsQuery, "", ""},
		{"spam=1&spam=2&eggs", urlencoded, kindsQuery},
		{"email=a&day=2026-01-01&parent.age=3", urlencoded, "size=1,2&waits=NaN&item.3.count=x&item.100.count=1&photo=x"},
		{"email=&count=many&small=128&byte=-1", urlencoded, "price=1e99&gift=maybe&when=soon&wait=5&big=huge&day=monday"},
		{"items.-1.x=1&sts.99.row.99.note=&sts.01.city=&sts.18446744073709551616.city=&STS.0.CITY=a&sts.0.city=b", "", ""},
		{"sts.99.day=2026-01-01&sts.5.address.zip=12&pst.zip=&st=&st.=&.=&..city=", "", ""},
		{"a;b", "", ""}, {"%zz", "", ""}, {"=&==&&", urlencoded, "&&%"}, {"x", ";;", "x"},
		{"", boundary, ""},
		{"", "multipart/form-data", "--b--"},
		{"photo=", boundary, "--b\r\nContent-Disposition: form-data; name=\"i\"\r\n\r\n7\r\n" +
			"--b\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"../a.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\r\n--b--\r\n"},
		{"", boundary, "--b\r\nContent-Disposition: form-data; name=\"Photo\"; filename=\"\"\r\n\r\n\r\n--b--"},
		{"", "application/json", `{"i":1}`},
		{strings.Repeat("ss&", 1000), urlencoded, strings.Repeat("is=1&", 1000)},
		{"ts=2026-02-29&ts=13&t=2026-02-29&t=13:05&d=1h1h&a=::1%25lo&ip=1&level=DEBUG-1&level=x&pair=-&link=%3A%3A&letters=%ff", "", ""},
	} {
		f.Add(seed.query, seed.contentType, seed.body)
	}
	f.Fuzz(func(t *testing.T, query, contentType, body string) {
		request := func() *http.Request {
			r := sent("/", contentType, body)
			r.URL.RawQuery = query
			return r
		}
		for name, send := range map[string]func() (any, error){
			"kinds": func() (any, error) { return submit[kindsForm](t, request()) },
			"bad":   func() (any, error) { return submit[badForm](t, request()) },
			"map":   func() (any, error) { return submit[url.Values](t, request()) },
		} {
			before := allocated()
			form, err := send()
			// The constant allows a hundred rows of a hundred rows, a few times.
			if used, most := allocated()-before, uint64(16<<20+64*(len(query)+len(body))); used > most {
				t.Errorf("%s: %d bytes allocated, want at most %d", name, used, most)
			}
			switch status, message := answer(err); status {
			case 200, 400, 413, 415:
			default:
				t.Errorf("%s: %d %s", name, status, message)
			}
			again, errAgain := send()
			if fmt.Sprint(err) != fmt.Sprint(errAgain) || err == nil && name == "map" && !reflect.DeepEqual(form, again) {
				t.Errorf("%s: once %+v %v\nand once %+v %v", name, form, err, again, errAgain)
			}
		}
	})
}
