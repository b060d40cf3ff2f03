package web

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/dibbler"
)

// An asset is a file that pages load.
type asset struct {
	content []byte
	url     string // with the version in it
}

// script is what every page loads.
var script = sync.OnceValue(func() asset {
	content, err := assets.Web.ReadFile("web/app.js")
	if err != nil {
		panic(err) // it is embedded
	}
	return asset{content, fmt.Sprintf("/app.js?v=%.8x", sha256.Sum256(content))}
})

// OnAppJs serves the script. Browsers may keep it under its address with the
// version, which also tells pages of two versions apart.
func (p pages) OnAppJs(w *dibbler.Response, r *http.Request) error {
	if r.RequestURI == script().url {
		w.Header().Set("Cache-Control", "max-age=31536000, immutable")
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	http.ServeContent(w, r, "app.js", time.Time{}, bytes.NewReader(script().content))
	return nil
}
