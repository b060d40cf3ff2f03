package main

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/dibbler"
)

func TestHome(t *testing.T) {
	var s dibbler.Server
	if err := s.Register(Greeter{}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		url    string
		status int
		want   string
	}{
		{"/", 200, "Hello, world!"},
		{"/?name=Ada&times=3", 200, "Hello, Ada!"},
		{"/?name=<i>Ada</i>", 200, "Hello, &lt;i&gt;Ada&lt;/i&gt;!"},
		{"/?times=11", 422, "Choose 1 to 10."},
		{"/?times=x", 422, "Enter a whole number."},
	} {
		answer := httptest.NewRecorder()
		s.ServeHTTP(answer, httptest.NewRequest("GET", test.url, nil))
		if page := answer.Body.String(); answer.Code != test.status || !strings.Contains(page, test.want) {
			t.Errorf("%s: status %d, and %q is not on the page:\n%s", test.url, answer.Code, test.want, page)
		}
	}
}
