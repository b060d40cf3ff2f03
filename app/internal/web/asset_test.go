package web

import (
	"net/http"
	"strings"
	"testing"
)

func TestAssetCaching(t *testing.T) {
	s := serveConfig(t, Config{Plugins: []any{plain{}}, Accent: "teal"})
	if css := s.page(t, "/app.css").body; !strings.Contains(css, "--accent: teal }") {
		t.Errorf("the style sheet does not have the program's colour:\n%.3000s", css)
	}
	for name, a := range map[string]asset{"/app.js": script(), "/app.css": newStyle("teal")} {
		for target, want := range map[string]string{
			a.url:             "max-age=31536000, immutable",
			name:              "no-cache",
			name + "?v=other": "no-cache",
		} {
			got := s.page(t, target)
			if got.body != string(a.content) || got.Header.Get("Cache-Control") != want {
				t.Errorf("%s: %s, Cache-Control is %q, want %q", target, got.Status, got.Header.Get("Cache-Control"), want)
			}
			tag := got.Header.Get("Etag")
			again := s.raw(t, "GET "+target+" HTTP/1.1\nHost: 127.0.0.1:P\nIf-None-Match: "+tag+"\n\n")
			if again.StatusCode != http.StatusNotModified || again.body != "" || again.Header.Get("Cache-Control") != want {
				t.Errorf("%s that the browser has: %s, %d bytes, Cache-Control is %q, want %q",
					target, again.Status, len(again.body), again.Header.Get("Cache-Control"), want)
			}
			other := s.raw(t, "GET "+target+" HTTP/1.1\nHost: 127.0.0.1:P\nConnection: close\nIf-None-Match: \"old\"\n\n")
			if other.body != string(a.content) {
				t.Errorf("%s of another version: %s, %d bytes", target, other.Status, len(other.body))
			}
		}
	}
}
