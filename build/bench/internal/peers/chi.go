package peers

import (
	"net/http"

	"github.com/go-chi/chi/v5"
)

// newChi leaves the paths to chi and the form to gorilla/schema.
func newChi(pages int) (http.Handler, error) {
	r := chi.NewRouter()
	r.NotFound(absent)
	r.HandleFunc("/page", page)
	r.HandleFunc("/form", answerForm(bySchema))
	r.HandleFunc("/upload", upload)
	for i := range pages {
		r.HandleFunc(pagePath(i), page)
	}
	return r, nil
}
