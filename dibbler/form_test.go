package dibbler

import (
	"bufio"
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
)

// A formPlugin has one page, /form, whose form is F.
type formPlugin[F any] struct {
	got func(w *Response, r *http.Request, form F) error
}

func (p formPlugin[F]) OnForm(w *Response, r *http.Request, form F) error { return p.got(w, r, form) }

type mealForm struct {
	Spam  int      `schema:"spam" default:"7"`
	Eggs  string   `schema:"eggs" default:"fried"`
	Sides []string `schema:"side"`
}

// posted returns a request with a urlencoded body.
func posted(target, body string) *http.Request {
	r := httptest.NewRequest("POST", target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
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
	r := httptest.NewRequest("POST", target, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

func writeField(t testing.TB, w *multipart.Writer, name, value string) {
	t.Helper()
	if err := w.WriteField(name, value); err != nil {
		t.Fatal(err)
	}
}

func equal(t testing.TB, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// TestForm checks which values a methlet gets, and the answers to bad forms.
func TestForm(t *testing.T) {
	s := register(t, formPlugin[mealForm]{func(w *Response, r *http.Request, form mealForm) error {
		_, err := fmt.Fprint(w, form, r.PostFormValue("spam"))
		return err
	}})
	for _, test := range []struct {
		r      *http.Request
		status int
		want   string
	}{
		{httptest.NewRequest("GET", "/form", nil), 200, "{7 fried []}"},
		{posted("/form?side=1", "spam=2&side=2"), 200, "{2 fried [2 1]}2"},
		{httptest.NewRequest("GET", "/form?spam=%3Cscript%3E", nil), 400, "<dt>spam: “&lt;script&gt;”</dt><dd>Enter a whole number.</dd>"},
		{httptest.NewRequest("GET", "/form?"+strings.Repeat("side=&", 1001), nil), 413, "<h1>This is too large</h1>\n<p>This form has more than 1000 values. Send fewer at once.</p>"},
	} {
		rec := httptest.NewRecorder()
		s.ServeHTTP(rec, test.r)
		got := rec.Body.String()
		if rec.Code != test.status || !strings.Contains(got, test.want) {
			t.Errorf("%d %q, want %d %q", rec.Code, got, test.status, test.want)
		}
	}
}

func TestForm_badValuesAreNotLogged(t *testing.T) {
	var logs logBuffer
	s := register(t, formPlugin[mealForm]{})
	s.Logger = logs.logger()
	handle(t, s, map[string]any{"GET /expense/{id}": func(w *Response, r *http.Request, form expenseForm) error { return nil }})
	ask(s, "GET", "/form?spam=secret")
	ask(s, "GET", "/expense/x?day=secret&amount=5")
	wantText(t, logs.String(), "status=400", "bad values of spam", "status=404", "bad values of day, id")
	if strings.Contains(logs.String(), "secret") {
		t.Errorf("the log contains values:\n%s", &logs)
	}
}

func TestForm_refusalReachesSendingClient(t *testing.T) {
	s, _ := serve(t, formPlugin[mealForm]{})
	for kind, body := range map[string]string{
		"application/x-www-form-urlencoded":  strings.Repeat("a&", 4<<20),
		"multipart/form-data; boundary=part": strings.Repeat("--part\r\nContent-Disposition: form-data; name=a\r\n\r\n\r\n", 100_000) + "--part--\r\n",
	} {
		conn := dial(t, s.URL())
		if _, err := fmt.Fprintf(conn, "POST /form HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s", kind, len(body), body); err != nil {
			t.Errorf("%s: %v", kind, err)
			continue
		}
		if resp, text := readAnswer(t, bufio.NewReader(conn)); resp.StatusCode != 413 {
			t.Errorf("%s: %d %.300s", kind, resp.StatusCode, text)
		}
	}
}
