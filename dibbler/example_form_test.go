package dibbler_test

import (
	"fmt"
	"io"
	"log"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

// Album is a plug-in whose page /add takes a photo.
type Album struct{}

type photoForm struct {
	Photo  *multipart.FileHeader `schema:"photo,required"`
	Title  string                `schema:"title" default:"Untitled"`
	Taken  time.Time             `schema:"taken"`
	Rating int                   `schema:"rating" default:"3"`
	Tags   []string              `schema:"tag"`
}

func (Album) OnAdd(w *dibbler.Response, r *http.Request, form photoForm) error {
	f, err := form.Photo.Open()
	if err != nil {
		return err
	}
	defer f.Close()
	n, err := io.Copy(io.Discard, f) // a real album would store it
	if err != nil {
		return err
	}
	w.WriteOKHeaders("text/plain")
	_, err = fmt.Fprintf(w, "%s: %d bytes, %q of %s, rated %d, tagged %q\n",
		form.Photo.Filename, n, form.Title, form.Taken.Format("2 January 2006"), form.Rating, form.Tags)
	return err
}

// A methlet gets the values and the file of this form:
//
//	<form action="/add" method="post" enctype="multipart/form-data">
//	<input type="file" name="photo" required>
//	<input type="date" name="taken">
//	…
func ExampleFormMethlet() {
	var _ dibbler.FormMethlet[photoForm] = Album{}.OnAdd // checked by the compiler

	var server dibbler.Server
	if err := server.Register(Album{}); err != nil {
		log.Fatal(err)
	}
	web := httptest.NewServer(&server)
	defer web.Close()

	var body strings.Builder
	w := multipart.NewWriter(&body)
	file, err := w.CreateFormFile("photo", "rome.jpg")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Fprint(file, "not really a photo")
	for _, field := range [][2]string{{"taken", "2003-05-17"}, {"rating", "5"}, {"tag", "sun"}, {"tag", "café"}} {
		if err := w.WriteField(field[0], field[1]); err != nil {
			log.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
	show(http.Post(web.URL+"/add", w.FormDataContentType(), strings.NewReader(body.String())))
	// Output:
	// rome.jpg: 18 bytes, "Untitled" of 17 May 2003, rated 5, tagged ["sun" "café"]
}
