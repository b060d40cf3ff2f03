package dibbler

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
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

func writeFile(t testing.TB, w *multipart.Writer, name, filename string, content []byte) {
	t.Helper()
	part, err := w.CreateFormFile(name, filename)
	if err == nil {
		_, err = part.Write(content)
	}
	if err != nil {
		t.Fatal(err)
	}
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
	return fmt.Sprintf("%s %d %s", h.Filename, h.Size, readAll(t, f))
}

func TestUploadedFilesArriveWithNameSizeAndContent(t *testing.T) {
	form, rec := submit[uploadForm](t, multi(t, "/form?title=Rome", func(w *multipart.Writer) {
		writeFile(t, w, "photo", "café.jpg", []byte("one"))
		writeFile(t, w, "photo", "second.jpg", []byte("of one only the first is taken"))
		writeFile(t, w, "more", "a.txt", nil)
		writeFile(t, w, "more", "b.txt", []byte("bee"))
		writeFile(t, w, "Paper.SCAN", "c.png", []byte("\x89PNG"))
		writeFile(t, w, "unknown", "d.txt", []byte("ignored"))
		writeFile(t, w, "title", "e.txt", []byte("a file is no text"))
	}))
	if form == nil {
		t.Fatal(rec.Code, message(rec))
	}
	equal(t, form.Title, "Rome")
	equal(t, contentOf(t, form.Photo), "café.jpg 3 one")
	equal(t, len(form.More), 2)
	equal(t, contentOf(t, form.More[0]), "a.txt 0 ")
	equal(t, contentOf(t, form.More[1]), "b.txt 3 bee")
	equal(t, contentOf(t, form.Paper.Scan), "c.png 4 \x89PNG")
}

func TestOfTwoSpellingsOfAFilesNameTheRightOneWins(t *testing.T) {
	for range 50 { // the order of a map is random
		form, _ := submit[uploadForm](t, multi(t, "/form", func(w *multipart.Writer) {
			writeFile(t, w, "PHOTO", "wrong", nil)
			writeFile(t, w, "photo", "right", nil)
			writeFile(t, w, "Photo", "wrong", nil)
		}))
		equal(t, form.Photo.Filename, "right")
	}
}

func TestAFileInputWithoutAFileIsMissing(t *testing.T) {
	// So says a browser that no file was chosen.
	nothing := func(t *testing.T) *http.Request {
		return multi(t, "/form", func(w *multipart.Writer) {
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
	form, rec := submit[uploadForm](t, nothing(t))
	if form == nil {
		t.Fatal(rec.Code, message(rec))
	}
	equal(t, *form, uploadForm{})

	type required struct {
		Photo *multipart.FileHeader   `schema:"photo,required"`
		More  []*multipart.FileHeader `schema:"more,required"`
	}
	_, rec = submit[required](t, nothing(t))
	equal(t, message(rec), "more: it is missing; want a file\nphoto: it is missing; want a file")
}

func TestAFormThatSendsNamesInPlaceOfFilesIsTold(t *testing.T) {
	type required struct {
		Photo *multipart.FileHeader `schema:"photo,required"`
	}
	_, rec := submit[required](t, posted("/form", "photo=holiday.jpg"))
	equal(t, rec.Code, 400)
	equal(t, message(rec), `photo: "holiday.jpg": want a file; the form needs enctype="multipart/form-data"`)
}

func TestWhatAnUploadSaysOfItselfIsNotBelieved(t *testing.T) {
	for said, want := range map[string]string{
		`form-data; name="photo"; filename="../../etc/passwd"`:           "passwd 4 true",
		`form-data; name="photo"; filename="/etc/passwd"`:                "passwd 4 true",
		`form-data; name="photo"; filename="..."`:                        "... 4 true",
		`form-data; name="photo"; filename*=UTF-8''caf%C3%A9.jpg`:        "café.jpg 4 true",
		`form-data; name="photo"; filename="a\"<b>.jpg"`:                 `a"<b>.jpg 4 true`,
		`form-data; name="photo"; filename="x.jpg"; size=99999999999999`: "x.jpg 4 true",
	} {
		r := multi(t, "/form", func(w *multipart.Writer) {
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
		form, rec := submit[uploadForm](t, r)
		if form == nil {
			t.Errorf("%s: %d %s", said, rec.Code, message(rec))
			continue
		}
		equal(t, contentOf(t, form.Photo), want)
	}
}

// Joined to a folder, they would be no file in it.
func TestNamesOfNoFileAreRefused(t *testing.T) {
	for _, name := range []string{".", "..", "/", "//", "a/..", "../", "../..", "./."} {
		_, rec := submit[uploadForm](t, multi(t, "/form", func(w *multipart.Writer) { writeFile(t, w, "photo", name, []byte("true")) }))
		if want := "photo: want a file with a name of its own"; rec.Code != 400 || message(rec) != want {
			t.Errorf("%s: %d %s", name, rec.Code, message(rec))
		}
	}
}

// tempDir has temporary files made in an empty folder, which it returns.
func tempDir(t *testing.T) string {
	dir := t.TempDir()
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, dir)
	}
	return dir
}

func filesIn(t testing.TB, dir string) int {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// large is more than is kept in memory.
var large = bytes.Repeat([]byte("0123456789abcdef"), maxFormMemory/16+1)

func TestTemporaryFilesAreGoneWhateverTheMethletDoes(t *testing.T) {
	dir := tempDir(t)
	for name, do := range map[string]func(w *Response, r *http.Request) error{
		"return":  func(w *Response, r *http.Request) error { return nil },
		"write":   func(w *Response, r *http.Request) error { _, err := w.Write(large); return err },
		"error":   func(w *Response, r *http.Request) error { return errors.New("no") },
		"panic":   func(w *Response, r *http.Request) error { panic("no") },
		"abort":   func(w *Response, r *http.Request) error { panic(http.ErrAbortHandler) },
		"cut":     func(w *Response, r *http.Request) error { fmt.Fprint(w, "half"); w.Flush(); return errors.New("no") },
		"close":   func(w *Response, r *http.Request) error { return w.Close() },
		"context": func(w *Response, r *http.Request) error { *r = *r.WithContext(t.Context()); return nil },
		"hijack": func(w *Response, r *http.Request) error {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return err
			}
			return conn.Close()
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := register(t, formPlugin[uploadForm]{func(w *Response, r *http.Request, form uploadForm) error {
				if filesIn(t, dir) != 1 || form.Photo.Size != int64(len(large)) {
					t.Errorf("%d temporary files, %d bytes", filesIn(t, dir), form.Photo.Size)
				}
				return do(w, r)
			}})
			left := make(chan int, 1)
			web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				defer func() { left <- filesIn(t, dir) }()
				s.ServeHTTP(w, r)
			}))
			defer web.Close()
			upload(t, web.URL+"/form")
			equal(t, <-left, 0)
		})
	}
}

// upload sends a large file. The answer may be anything, or none.
func upload(t *testing.T, url string) {
	r := multi(t, url, func(w *multipart.Writer) { writeFile(t, w, "photo", "large", large) })
	r.RequestURI = ""
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
}

func TestTemporaryFilesOfRefusedFormsAreGone(t *testing.T) {
	dir := tempDir(t)
	s := register(t, formPlugin[mealForm]{func(*Response, *http.Request, mealForm) error {
		t.Error("the methlet has run")
		return nil
	}})
	s.MaxBody = int64(len(large)) + 1<<20
	for name, test := range map[string]struct {
		status int
		write  func(w *multipart.Writer)
		cut    int
	}{
		"bad value":    {status: 400, write: func(w *multipart.Writer) { writeField(t, w, "spam", "many") }},
		"broken off":   {status: 400, write: func(w *multipart.Writer) {}, cut: 30},
		"too large":    {status: 413, write: func(w *multipart.Writer) { writeFile(t, w, "x", "x", large) }},
		"too many":     {status: 413, write: func(w *multipart.Writer) { repeatField(t, w, 999) }},
		"far too many": {status: 413, write: func(w *multipart.Writer) { repeatField(t, w, 2000) }},
	} {
		t.Run(name, func(t *testing.T) {
			r := multi(t, "/form?spam=1&spam=2", func(w *multipart.Writer) {
				writeFile(t, w, "photo", "large", large)
				test.write(w)
			})
			body, err := io.ReadAll(r.Body)
			if err != nil {
				t.Fatal(err)
			}
			r.Body = io.NopCloser(bytes.NewReader(body[:len(body)-test.cut]))
			rec := httptest.NewRecorder()
			s.ServeHTTP(rec, r)
			if rec.Code != test.status || filesIn(t, dir) != 0 {
				t.Errorf("status %d, want %d; %d temporary files, want none", rec.Code, test.status, filesIn(t, dir))
			}
		})
	}
}

func repeatField(t testing.TB, w *multipart.Writer, n int) {
	for range n {
		writeField(t, w, "a", "")
	}
}

func TestFilesThatCannotBeStoredAreNotTheClientsFault(t *testing.T) {
	tempDir(t)
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, filepath.Join(t.TempDir(), "missing"))
	}
	var book logBook
	s := register(t, formPlugin[uploadForm]{})
	s.Logger = book.logger()
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, multi(t, "/form", func(w *multipart.Writer) { writeFile(t, w, "photo", "large", large) }))
	if rec.Code != 500 || !strings.Contains(message(rec), "cannot be stored on this machine") {
		t.Errorf("%d %s", rec.Code, message(rec))
	}
	wantText(t, book.String(), "storing uploaded files")
}
