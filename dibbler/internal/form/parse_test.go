package form

import (
	"io"
	"mime/multipart"
	"net/http"
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
				t.Error("a middleware does not see the form")
			}
			equal(t, *bound[mealForm](t, r), mealForm{2, "fried", []string{"p", "q"}})
		})
	}
}

func TestParse_otherContent(t *testing.T) {
	for _, contentType := range []string{"application/json", "text/plain", ""} {
		r := sent("/?spam=2", contentType, `{"spam":3}`)
		equal(t, bound[mealForm](t, r).Spam, 2)
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, string(body), `{"spam":3}`)
	}
}

func TestParse_errors(t *testing.T) {
	const boundary = "multipart/form-data; boundary=b"
	for _, test := range []struct {
		r      *http.Request
		status int
		want   string
	}{
		{sent("/", "multipart/form-data", "x"), 400, "This form cannot be read."},
		{sent("/", boundary, "--b\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf"), 400, "This form cannot be read."},
		{sent("/", boundary, "--c--"), 400, "This form cannot be read."},
		{sent("/", boundary, ""), 400, "This form cannot be read."},
		{sent("/", ";;", "a=1"), 415, "The type of this form's content cannot be read."},
	} {
		_, err := Parse(test.r)
		if status, message := answer(err); status != test.status || message != test.want {
			t.Errorf("%d %q, want %d %q", status, message, test.status, test.want)
		}
	}
}
