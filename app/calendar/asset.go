package calendar

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

// The content types are written down here because the system's table of them
// can be wrong: on Windows any installer may change it.
var (
	style   = newAsset("style.css", "text/css; charset=utf-8")
	icon    = newAsset("favicon.ico", "image/vnd.microsoft.icon")
	drawing = newAsset("favicon.svg", "image/svg+xml")
)

// An asset is a file that goes with the pages.
type asset struct {
	name        string
	contentType string
	content     []byte
	version     string // changes with the content
}

// newAsset reads an asset from the embedded files, and panics when it is not
// among them.
func newAsset(name, contentType string) asset {
	content, err := web.ReadFile("web/" + name)
	if err != nil {
		panic(err)
	}
	return asset{name, contentType, content, fmt.Sprintf("%x", sha256.Sum256(content))[:16]}
}

// url returns the address that pages use, which has the version in it.
func (a asset) url() string { return a.name + "?v=" + a.version }

// serve answers with the asset.
//
// A browser may keep for good what it got under an address with the version.
// So it has the style sheet at hand for the goodbye page, when nobody is there
// to ask any more. Without the version it must ask each time: another tool may
// use the same port, and so the same address, tomorrow.
func (a asset) serve(w *dibbler.Response, r *http.Request) {
	caching := "no-cache"
	if r.URL.Query().Get("v") == a.version {
		caching = "max-age=31536000, immutable"
	}
	header := w.Header()
	header.Set("Cache-Control", caching)
	header.Set("Content-Type", a.contentType)
	header.Set("ETag", `"`+a.version+`"`)
	http.ServeContent(w, r, a.name, time.Time{}, bytes.NewReader(a.content))
}
