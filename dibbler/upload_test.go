package dibbler

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
)

type uploadForm struct {
	Title string                `schema:"title"`
	Photo *multipart.FileHeader `schema:"photo"`
}

// large is more than the server keeps in memory.
var large = bytes.Repeat([]byte("0123456789abcdef"), 1<<20)

// tempDir makes an empty folder the place for temporary files, and returns it.
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

func TestTemporaryFiles_removed(t *testing.T) {
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
			equal(t, filesAfterUpload(t, s, dir), 0)
		})
	}
}

// filesAfterUpload sends a large file to s, and returns the number of files in dir after the
// answer. It accepts any answer or none.
func filesAfterUpload(t *testing.T, s *Server, dir string) int {
	left := make(chan int, 1)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { left <- filesIn(t, dir) }()
		s.ServeHTTP(w, r)
	}))
	defer web.Close()
	r := multi(t, web.URL+"/form", func(w *multipart.Writer) { writeFile(t, w, "photo", "large", large) })
	r.RequestURI = ""
	if resp, err := http.DefaultClient.Do(r); err == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	return <-left
}

func TestTemporaryFiles_middleware(t *testing.T) {
	parse := func(r *http.Request) {
		if err := r.ParseMultipartForm(1); err != nil {
			t.Error(err)
		}
	}
	for name, wrap := range map[string]func(next http.Handler, w http.ResponseWriter, r *http.Request){
		"passes the request on": func(next http.Handler, w http.ResponseWriter, r *http.Request) { next.ServeHTTP(w, r) },
		"passes a copy on": func(next http.Handler, w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), t, t)))
		},
		"parses the form": func(next http.Handler, w http.ResponseWriter, r *http.Request) {
			parse(r)
			next.ServeHTTP(w, r.Clone(r.Context()))
		},
		"parses the form of the copy": func(next http.Handler, w http.ResponseWriter, r *http.Request) {
			r = r.WithContext(r.Context())
			parse(r)
			next.ServeHTTP(w, r)
		},
		"strips a prefix": func(next http.Handler, w http.ResponseWriter, r *http.Request) {
			http.StripPrefix("/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				r.URL.Path = "/form"
				next.ServeHTTP(w, r)
			})).ServeHTTP(w, r)
		},
		"limits the body": func(next http.Handler, w http.ResponseWriter, r *http.Request) {
			http.MaxBytesHandler(next, 100<<20).ServeHTTP(w, r)
		},
		"answers itself": func(next http.Handler, w http.ResponseWriter, r *http.Request) { parse(r) },
		"panics": func(next http.Handler, w http.ResponseWriter, r *http.Request) {
			parse(r)
			panic(http.ErrAbortHandler)
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := tempDir(t)
			s := register(t, formPlugin[uploadForm]{func(w *Response, r *http.Request, form uploadForm) error {
				if n := filesIn(t, dir); n != 1 {
					t.Errorf("%d temporary files", n)
				}
				return nil
			}})
			s.Wrap = func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { wrap(next, w, r) })
			}
			equal(t, filesAfterUpload(t, s, dir), 0)
		})
	}
}

func TestTemporaryFiles_refusedForms(t *testing.T) {
	dir := tempDir(t)
	s := register(t, formPlugin[mealForm]{func(*Response, *http.Request, mealForm) error {
		t.Error("the methlet was called")
		return nil
	}})
	s.MaxBody = int64(len(large)) + 1<<20
	for name, test := range map[string]struct {
		status int
		write  func(w *multipart.Writer)
		cut    int
	}{
		"bad value":    {status: 400, write: func(w *multipart.Writer) { writeField(t, w, "spam", "many") }},
		"truncated":    {status: 400, write: func(w *multipart.Writer) {}, cut: 30},
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

func TestTemporaryFiles_noFolder(t *testing.T) {
	tempDir(t)
	for _, name := range []string{"TMPDIR", "TMP", "TEMP"} {
		t.Setenv(name, filepath.Join(t.TempDir(), "missing"))
	}
	var logs logBuffer
	s := register(t, formPlugin[uploadForm]{})
	s.Logger = logs.logger()
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, multi(t, "/form", func(w *multipart.Writer) { writeFile(t, w, "photo", "large", large) }))
	if rec.Code != 500 {
		t.Errorf("without a temporary folder: status %d, want 500", rec.Code)
	}
	wantText(t, rec.Body.String(), "The files could not be stored on this computer.")
	wantText(t, logs.String(), "storing uploaded files")
}
