package form

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"testing"
)

type uploadForm struct {
	Title string                  `schema:"title"`
	Photo *multipart.FileHeader   `schema:"photo"`
	More  []*multipart.FileHeader `schema:"more"`
	Paper struct {
		Scan *multipart.FileHeader `schema:"scan"`
	} `schema:"paper"`
}

// contentOf returns the name, size and content of an uploaded file.
func contentOf(t testing.TB, h *multipart.FileHeader) string {
	t.Helper()
	if h == nil {
		return "none"
	}
	f, err := h.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	content, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s %d %s", h.Filename, h.Size, content)
}

func TestBind_files(t *testing.T) {
	form := bound[uploadForm](t, multi(t, "/?title=Rome", func(w *multipart.Writer) {
		writeFile(t, w, "photo", "café.jpg", []byte("one"))
		writeFile(t, w, "photo", "second.jpg", []byte("of one only the first is taken"))
		writeFile(t, w, "more", "a.txt", nil)
		writeFile(t, w, "more", "b.txt", []byte("bee"))
		writeFile(t, w, "Paper.SCAN", "c.png", []byte("\x89PNG"))
		writeFile(t, w, "unknown", "d.txt", []byte("ignored"))
		writeFile(t, w, "title", "e.txt", []byte("a file is no text"))
	}))
	equal(t, form.Title, "Rome")
	equal(t, contentOf(t, form.Photo), "café.jpg 3 one")
	equal(t, len(form.More), 2)
	equal(t, contentOf(t, form.More[0]), "a.txt 0 ")
	equal(t, contentOf(t, form.More[1]), "b.txt 3 bee")
	equal(t, contentOf(t, form.Paper.Scan), "c.png 4 \x89PNG")
}

func TestBind_fileNamesInAnyCase(t *testing.T) {
	for range 50 { // the order of a map is random
		form := bound[uploadForm](t, multi(t, "/", func(w *multipart.Writer) {
			writeFile(t, w, "PHOTO", "wrong", nil)
			writeFile(t, w, "photo", "right", nil)
			writeFile(t, w, "Photo", "wrong", nil)
		}))
		equal(t, form.Photo.Filename, "right")
	}
}

func TestBind_noFileChosen(t *testing.T) {
	// Browsers send an empty name if no file is chosen.
	nothing := func(t *testing.T) *http.Request {
		return multi(t, "/", func(w *multipart.Writer) {
			for _, name := range []string{"photo", "more"} {
				_, err := w.CreatePart(textproto.MIMEHeader{
					"Content-Disposition": {`form-data; name="` + name + `"; filename=""`},
					"Content-Type":        {"application/octet-stream"},
				})
				if err != nil {
					t.Fatal(err)
				}
			}
		})
	}
	form := bound[uploadForm](t, nothing(t))
	equal(t, *form, uploadForm{})

	type required struct {
		Photo *multipart.FileHeader   `schema:"photo,required"`
		More  []*multipart.FileHeader `schema:"more,required"`
	}
	_, err := submit[required](t, nothing(t))
	equal(t, fmt.Sprint(err), "more: Choose a file.\nphoto: Choose a file.")
}

func TestBind_fileNameInPlaceOfFile(t *testing.T) {
	type required struct {
		Photo *multipart.FileHeader `schema:"photo,required"`
	}
	_, err := submit[required](t, posted("/", "photo=holiday.jpg"))
	equal(t, fmt.Sprint(err), `photo: "holiday.jpg": Only the name of the file was sent. The form needs enctype="multipart/form-data".`)
}

func TestParse_partHeaders(t *testing.T) {
	for said, want := range map[string]string{
		`form-data; name="photo"; filename="../../etc/passwd"`:           "passwd 4 true",
		`form-data; name="photo"; filename="/etc/passwd"`:                "passwd 4 true",
		`form-data; name="photo"; filename="..."`:                        "... 4 true",
		`form-data; name="photo"; filename*=UTF-8''caf%C3%A9.jpg`:        "café.jpg 4 true",
		`form-data; name="photo"; filename*=UTF-8''a%2522.jpg`:           "a%22.jpg 4 true",
		`form-data; name="photo"; filename="a\"<b>.jpg"`:                 `a"<b>.jpg 4 true`,
		`form-data; name="photo"; filename="x.jpg"; size=99999999999999`: "x.jpg 4 true",
	} {
		r := multi(t, "/", func(w *multipart.Writer) {
			part, err := w.CreatePart(textproto.MIMEHeader{
				"Content-Disposition": {said},
				"Content-Length":      {"99999999999999"},
			})
			if err == nil {
				_, err = io.WriteString(part, "true")
			}
			if err != nil {
				t.Fatal(err)
			}
		})
		equal(t, contentOf(t, bound[uploadForm](t, r).Photo), want)
	}
}

// These names, joined to a folder, are not files in it.
func TestBind_badFileNames(t *testing.T) {
	for _, name := range []string{".", "..", "/", "//", "a/..", "../", "../..", "./."} {
		_, err := submit[uploadForm](t, multi(t, "/", func(w *multipart.Writer) { writeFile(t, w, "photo", name, []byte("true")) }))
		if want := "photo: Give the file another name, and choose it again."; fmt.Sprint(err) != want {
			t.Errorf("%s: %v", name, err)
		}
	}
}
