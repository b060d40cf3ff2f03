package peers

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/gorilla/schema"
)

// newNetHTTP uses only the standard library.
func newNetHTTP(pages int) (http.Handler, error) {
	return newMux(pages, byHand), nil
}

// newNetHTTPSchema leaves the form to gorilla/schema.
func newNetHTTPSchema(pages int) (http.Handler, error) {
	return newMux(pages, bySchema), nil
}

func newMux(pages int, bind func(url.Values) (form, error)) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/", absent)
	mux.HandleFunc("/page", page)
	mux.HandleFunc("/form", answerForm(bind))
	mux.HandleFunc("/upload", upload)
	for i := range pages {
		mux.HandleFunc(pagePath(i), page)
	}
	return mux
}

// byHand fills in a form.
func byHand(values url.Values) (f form, err error) {
	f.Name, f.City = values.Get("name"), values.Get("city")
	if f.Count, err = strconv.Atoi(values.Get("count")); err != nil {
		return f, err
	}
	if f.Price, err = strconv.ParseFloat(values.Get("price"), 64); err != nil {
		return f, err
	}
	f.Gift, err = strconv.ParseBool(values.Get("gift"))
	return f, err
}

var decoder = schema.NewDecoder()

// bySchema fills in a form.
func bySchema(values url.Values) (f form, err error) {
	return f, decoder.Decode(&f, values)
}

// These handlers are for net/http and for chi.

func page(w http.ResponseWriter, r *http.Request) {
	write(w, http.StatusOK, Page)
}

func absent(w http.ResponseWriter, r *http.Request) {
	write(w, http.StatusNotFound, []byte(Absent))
}

func answerForm(bind func(url.Values) (form, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		err := r.ParseForm()
		if err != nil {
			refuse(w, err)
			return
		}
		f, err := bind(r.Form)
		if err != nil {
			refuse(w, err)
			return
		}
		write(w, http.StatusOK, f.text())
	}
}

func upload(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseMultipartForm(maxMemory); err != nil {
		refuse(w, err)
		return
	}
	files := r.MultipartForm.File["file"]
	if len(files) == 0 {
		refuse(w, http.ErrMissingFile)
		return
	}
	size, err := sizeOf(files[0])
	if err != nil {
		refuse(w, err)
		return
	}
	write(w, http.StatusOK, size)
}

func write(w http.ResponseWriter, status int, text []byte) {
	w.Header().Set("Content-Type", textType)
	w.WriteHeader(status)
	w.Write(text)
}

func refuse(w http.ResponseWriter, err error) {
	http.Error(w, err.Error(), http.StatusBadRequest)
}
