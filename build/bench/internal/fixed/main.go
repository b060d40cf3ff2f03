// Fixed is a packaged program that serves the page in a file, its first argument. Its costs are
// those of the app around the page, mainly its filters.
package main

import (
	"log"
	"net/http"
	"os"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

type fixed struct{ page []byte }

func (f fixed) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.Write(f.page)
	return err
}

func main() {
	page, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	os.Args = append(os.Args[:1], os.Args[2:]...) // the rest is the app's
	app.Main(app.App{Name: "Fixed", Plugins: []any{fixed{page}}})
}
