package app

import (
	"bytes"
	"net/http"
	"reflect"
	"time"

	"github.com/dibbler-app/dibbler/assets"
)

// favicon is the plug-in that has an icon for programs whose author has none for
// browsers.
type favicon struct{}

func hasFavicon(plugin any) bool {
	_, ok := reflect.TypeOf(plugin).MethodByName("OnFaviconIco")
	return ok
}

func (favicon) OnFaviconIco(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "image/vnd.microsoft.icon")
	http.ServeContent(w, r, "favicon.ico", time.Time{}, bytes.NewReader(assets.IconICO))
}
