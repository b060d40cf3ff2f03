package form

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
)

func binder[F any](t testing.TB) *Binder {
	t.Helper()
	b, err := NewBinder(reflect.TypeFor[F]())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// submit parses the form of r and binds it to an F. It returns nil if there is an error.
func submit[F any](t testing.TB, r *http.Request) (*F, error) {
	t.Helper()
	values, err := Parse(r)
	if r.MultipartForm != nil {
		t.Cleanup(func() { _ = r.MultipartForm.RemoveAll() })
	}
	if err != nil {
		return nil, err
	}
	v, err := binder[F](t).Bind(values)
	if err != nil {
		return nil, err
	}
	form := v.Interface().(F)
	return &form, nil
}

// bound returns the form F of r.
func bound[F any](t testing.TB, r *http.Request) *F {
	t.Helper()
	form, err := submit[F](t, r)
	if err != nil {
		t.Fatalf("%.200q: %v", r.URL.RawQuery, err)
	}
	return form
}

// taken returns the form F of a query.
func taken[F any](t testing.TB, query string) F {
	t.Helper()
	return *bound[F](t, httptest.NewRequest("GET", "/?"+query, nil))
}

// refused returns the error for a query that is not a valid F.
func refused[F any](t testing.TB, query string) string {
	t.Helper()
	form, err := submit[F](t, httptest.NewRequest("GET", "/?"+query, nil))
	if status, _ := answer(err); status != 400 {
		t.Errorf("%.200q: %+v, %v; want field errors", query, form, err)
		return ""
	}
	return err.Error()
}

// answer returns the status and the text of the page for err.
func answer(err error) (status int, message string) {
	if err == nil {
		return 200, ""
	}
	if fields, ok := errors.AsType[FieldErrors](err); ok {
		return 400, fields.Error()
	}
	if read, ok := errors.AsType[*ReadError](err); ok {
		return read.Status, read.Message
	}
	return 500, err.Error()
}

// posted returns a request with a urlencoded body.
func posted(target, body string) *http.Request {
	return sent(target, "application/x-www-form-urlencoded", body)
}

// sent returns a request with a body of this type.
func sent(target, contentType, body string) *http.Request {
	r := httptest.NewRequest("POST", target, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return r
}

// multi returns a request with a multipart body that write writes.
func multi(t testing.TB, target string, write func(*multipart.Writer)) *http.Request {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	write(w)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return sent(target, w.FormDataContentType(), body.String())
}

func writeField(t testing.TB, w *multipart.Writer, name, value string) {
	t.Helper()
	if err := w.WriteField(name, value); err != nil {
		t.Fatal(err)
	}
}

func repeatField(t testing.TB, w *multipart.Writer, n int) {
	t.Helper()
	for range n {
		writeField(t, w, "a", "")
	}
}

func writeFile(t testing.TB, w *multipart.Writer, name, filename string, content []byte) {
	t.Helper()
	part, err := w.CreateFormFile(name, filename)
	if err == nil {
		_, err = part.Write(content)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func equal(t testing.TB, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// wantText fails the test if text does not contain all parts.
func wantText(t testing.TB, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%q not found in:\n%s", p, text)
		}
	}
}
