package web

import (
	"bytes"
	"net/http"
	"time"

	"github.com/dibbler-app/dibbler/assets"
)

// A favicon is a plug-in that serves the program's icon to browsers.
type favicon struct {
	contentType string
	content     []byte
}

func newFavicon(png []byte) favicon {
	if bytes.Equal(png, assets.TrayPNG) {
		return favicon{"image/vnd.microsoft.icon", assets.IconICO} // has more sizes
	}
	return favicon{"image/png", png}
}

func (f favicon) OnFaviconIco(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", f.contentType)
	http.ServeContent(w, r, "favicon.ico", time.Time{}, bytes.NewReader(f.content))
}
