package dibbler

import (
	"net/http"
	"testing"
)

func TestWrap_fails(t *testing.T) {
	for name, wrap := range map[string]func(http.Handler) http.Handler{
		"panics":      func(http.Handler) http.Handler { panic("no such method") },
		"returns nil": func(http.Handler) http.Handler { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			calls := 0
			s := register(t, &pages1{})
			s.Wrap = func(h http.Handler) http.Handler { calls++; return wrap(h) }
			var c Context
			err := c.Add(s)
			if err == nil {
				t.Fatal("no error")
			}
			wantText(t, err.Error(), "Wrap")
			for range 2 {
				if rec := ask(s, "GET", "/first"); rec.Code != 500 {
					t.Errorf("status %d", rec.Code)
				}
			}
			if calls != 1 {
				t.Errorf("called %d times", calls)
			}
			c.Close()
		})
	}
}

// Wrap is called before the server serves anything.
func TestWrap_once(t *testing.T) {
	calls := 0
	s := register(t, &pages1{})
	s.Wrap = func(h http.Handler) http.Handler { calls++; return h }
	start(t, &Context{}, s)
	if calls != 1 {
		t.Errorf("called %d times before the first request", calls)
	}
	get(t, s.URL()+"first")
	if calls != 1 {
		t.Errorf("called %d times", calls)
	}
}
