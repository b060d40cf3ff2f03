package web

import (
	"testing"
)

func TestScriptCaching(t *testing.T) {
	s := serve(t, plain{})
	for target, want := range map[string]string{
		script().url:      "max-age=31536000, immutable",
		"/app.js":         "no-store",
		"/app.js?v=other": "no-store",
	} {
		got := s.page(t, target)
		if got.body != string(script().content) || got.Header.Get("Cache-Control") != want {
			t.Errorf("%s: %s, Cache-Control is %q, want %q", target, got.Status, got.Header.Get("Cache-Control"), want)
		}
	}
}
