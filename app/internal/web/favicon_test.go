package web

import (
	"testing"

	"github.com/dibbler-app/dibbler/assets"
)

func TestFavicon(t *testing.T) {
	own := []byte("\x89PNG\r\n\x1a\n and more")
	for _, c := range []struct {
		icon              []byte
		contentType, body string
	}{
		{assets.TrayPNG, "image/vnd.microsoft.icon", string(assets.IconICO)},
		{own, "image/png", string(own)},
	} {
		p := serveConfig(t, Config{Plugins: []any{plain{}}, Icon: c.icon})
		if got := p.page(t, "/favicon.ico"); got.Header.Get("Content-Type") != c.contentType || got.body != c.body {
			t.Errorf("%v: %.20q", got.Header, got.body)
		}
	}
}

func TestFaviconOfPlugin(t *testing.T) {
	own := favicon{"image/png", []byte("own")}
	if got := serve(t, plain{}, own).page(t, "/favicon.ico"); got.body != "own" {
		t.Errorf("%s, %q", got.Status, got.body)
	}
}
