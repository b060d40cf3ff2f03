package app

import (
	"bytes"
	"net/http"
	"reflect"
	"time"

	"github.com/dibbler-app/dibbler/assets"
)

// favicon is the plug-in that has the program's icon for browsers.
type favicon struct {
	contentType string
	content     []byte
}

func (a *App) favicon() favicon {
	if bytes.Equal(a.Icon.PNG, assets.TrayPNG) {
		return favicon{"image/vnd.microsoft.icon", assets.IconICO} // of more sizes
	}
	return favicon{"image/png", a.Icon.PNG}
}

func hasFavicon(plugin any) bool {
	_, ok := reflect.TypeOf(plugin).MethodByName("OnFaviconIco")
	return ok
}

func (f favicon) OnFaviconIco(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", f.contentType)
	http.ServeContent(w, r, "favicon.ico", time.Time{}, bytes.NewReader(f.content))
}
