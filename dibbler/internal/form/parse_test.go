package form

import (
	"errors"
	"io"
	"math"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

func TestParse_setsRequest(t *testing.T) {
	r := posted("/?spam=1&side=q", "spam=2&side=p")
	if _, err := Parse(r); err != nil {
		t.Fatal(err)
	}
	equal(t, r.FormValue("spam")+r.PostFormValue("spam"), "22")
	equal(t, r.Form["side"], []string{"p", "q"})
}

func TestParse_afterMiddleware(t *testing.T) {
	for name, r := range map[string]*http.Request{
		"urlencoded": posted("/?side=q", "spam=2&side=p"),
		"multipart": multi(t, "/?side=q", func(w *multipart.Writer) {
			writeField(t, w, "spam", "2")
			writeField(t, w, "side", "p")
		}),
	} {
		t.Run(name, func(t *testing.T) {
			if r.FormValue("spam") != "2" {
				t.Error("the middleware has not got the form")
			}
			equal(t, *bound[mealForm](t, r), mealForm{2, "fried", []string{"p", "q"}})
		})
	}
}

// The client can announce any length.
func TestParse_hugeLength(t *testing.T) {
	r := posted("/", "spam=2")
	r.ContentLength = math.MaxInt64
	equal(t, bound[mealForm](t, r).Spam, 2)
}

func TestParse_otherContent(t *testing.T) {
	for contentType, want := range map[string]string{
		"application/json":            "and not application/json.",
		"text/plain":                  "and not text/plain.", // enctype="text/plain"
		"application/octet-stream":    "and not application/octet-stream.",
		"multipart/mixed; boundary=b": "and not multipart/mixed; boundary=b.",
		"x-www-form-urlencoded":       "and not x-www-form-urlencoded.",
		";;":                          "and not ;;.",
		"":                            "and not content without a type.",
	} {
		for _, length := range []int64{10, -1} {
			r := sent("/?spam=2", contentType, `{"spam":3}`)
			r.ContentLength = length
			_, err := Parse(r)
			if status, message := answer(err); status != 415 || !strings.HasSuffix(message, want) {
				t.Errorf("%s: %d %s", contentType, status, message)
			}
			r = sent("/?spam=2", contentType, "")
			r.ContentLength = length
			r.Body = io.NopCloser(strings.NewReader(""))
			equal(t, bound[mealForm](t, r).Spam, 2)
		}
	}
	r := sent("/", "application/json", "")
	broken := errors.New("broken off")
	r.Body = io.NopCloser(errReader{broken})
	if _, err := Parse(r); !errors.Is(err, broken) {
		t.Error(err)
	}
}

func TestParse_errors(t *testing.T) {
	const boundary = "multipart/form-data; boundary=b"
	for _, form := range []struct{ contentType, body string }{
		{"multipart/form-data", "x"},
		{boundary, "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf"},
		{boundary, "--c--"},
		{boundary, ""},
	} {
		_, err := Parse(sent("/", form.contentType, form.body))
		if status, message := answer(err); status != 400 || message != "Only a part of this form arrived. Go back and send it again." {
			t.Errorf("%q: %d %q", form, status, message)
		}
	}
}
