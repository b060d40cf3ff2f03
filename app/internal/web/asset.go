package web

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"net/http"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/assets"
)

// An asset is a file that pages load. Browsers may cache it under its URL with the
// version, which differs between versions of the program. Under its plain URL, they ask
// each time whether it has changed.
type asset struct {
	content     []byte
	contentType string
	version     string
	url         string // with the version
}

func readAsset(name string) []byte {
	content, err := assets.Web.ReadFile("web/" + name)
	if err != nil {
		panic(err) // the file is embedded
	}
	return content
}

func newAsset(name, contentType string, content []byte) asset {
	version := fmt.Sprintf("%08x", crc32.ChecksumIEEE(content))
	return asset{content, contentType, version, "/" + name + "?v=" + version}
}

func (a asset) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	if r.RequestURI == a.url {
		h.Set("Cache-Control", "max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	h.Set("Etag", `"`+a.version+`"`)
	h.Set("Content-Type", a.contentType)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(a.content))
}

// These are scripts.
var (
	script     = newScript("app.js")      // of every page
	pickScript = newScript("app.pick.js") // of pages with a field for a path
	devScript  = newScript("app.dev.js")  // of pages under dibble dev
)

func newScript(name string) func() asset {
	return sync.OnceValue(func() asset { return newAsset(name, "text/javascript; charset=utf-8", readAsset(name)) })
}

// newStyle returns the style sheet of the program's own pages, and of plug-ins' pages that
// link to it. If accent is not empty, it is the accent colour.
func newStyle(accent string) asset {
	content := readAsset("app.css")
	if accent != "" {
		content = bytes.Replace(content, []byte("--accent: #2c6e49"), []byte("--accent: "+accent), 1)
	}
	return newAsset("app.css", "text/css; charset=utf-8", content)
}

// OnAppJs serves the script of every page.
func (p pages) OnAppJs(w http.ResponseWriter, r *http.Request) { script().serve(w, r) }

// OnAppPickJs serves the script of pages with a field for a path.
func (p pages) OnAppPickJs(w http.ResponseWriter, r *http.Request) { pickScript().serve(w, r) }

// OnAppCss serves the style sheet.
func (p pages) OnAppCss(w http.ResponseWriter, r *http.Request) { p.style().serve(w, r) }
