package dibbler_test

import (
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/dibbler-app/dibbler/dibbler"
)

// An Expense is the form and the JSON of Ledger.
type Expense struct {
	ID     int    `schema:"id" json:"id"` // the wildcard of the pattern
	Amount int    `schema:"amount" json:"amount"`
	What   string `schema:"what" json:"what"`
}

// Ledger has functions with all signatures.
type Ledger struct{}

// Show takes no form.
func (Ledger) Show(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/plain")
	_, err := fmt.Fprintf(w, "expense %s\n", r.PathValue("id"))
	return err
}

// Change takes a form.
func (Ledger) Change(w *dibbler.Response, r *http.Request, e Expense) error {
	w.WriteOKHeaders("text/plain")
	_, err := fmt.Fprintf(w, "expense %d is now %d for %s\n", e.ID, e.Amount, e.What)
	return err
}

// Add takes JSON. If the body is too large or is not JSON, the client gets an error page.
func (Ledger) Add(w *dibbler.Response, r *http.Request) error {
	var e Expense
	if err := json.NewDecoder(r.Body).Decode(&e); err != nil {
		return &dibbler.Error{Status: http.StatusBadRequest, Message: "This is no expense in JSON.", Err: err}
	}
	e.ID = 8
	w.WriteOKHeaders("application/json")
	w.WriteHeader(http.StatusCreated)
	return json.NewEncoder(w).Encode(e)
}

// Delete is a handler as in net/http.
func (Ledger) Delete(w http.ResponseWriter, r *http.Request) {
	w.WriteHeader(http.StatusNoContent)
}

//go:embed example_handle_test.go
var files embed.FS

func ExampleServer_Handle() {
	var server dibbler.Server
	var ledger Ledger
	for pattern, h := range map[string]any{
		"GET /expense/{id}":    ledger.Show,
		"PUT /expense/{id}":    ledger.Change,
		"DELETE /expense/{id}": ledger.Delete,
		"POST /expense":        dibbler.MaxBody(ledger.Add, 64<<10), // bytes
		"GET /static/":         http.StripPrefix("/static/", http.FileServerFS(files)),
	} {
		if err := server.Handle(pattern, h); err != nil {
			log.Fatal(err)
		}
	}
	web := httptest.NewServer(&server)
	defer web.Close()

	ask := func(method, path, contentType, body string) {
		r, err := http.NewRequest(method, web.URL+path, strings.NewReader(body))
		if err != nil {
			log.Fatal(err)
		}
		r.Header.Set("Content-Type", contentType)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			log.Fatal(err)
		}
		defer resp.Body.Close()
		line, err := io.ReadAll(io.LimitReader(resp.Body, 60))
		if err != nil {
			log.Fatal(err)
		}
		text, _, _ := strings.Cut(string(line), "\n")
		fmt.Println(strings.Join(strings.Fields(fmt.Sprintln(method, path, resp.StatusCode, resp.Header.Get("Allow"), text)), " "))
	}
	ask("GET", "/expense/7", "", "")
	ask("PUT", "/expense/7", "application/x-www-form-urlencoded", "amount=12&what=tea&id=9")
	ask("DELETE", "/expense/7", "", "")
	ask("POST", "/expense", "application/json", `{"amount": 5, "what": "eggs"}`)
	ask("PATCH", "/expense/7", "", "")
	ask("GET", "/static/example_handle_test.go", "", "")
	// Output:
	// GET /expense/7 200 expense 7
	// PUT /expense/7 200 expense 7 is now 12 for tea
	// DELETE /expense/7 204
	// POST /expense 201 {"id":8,"amount":5,"what":"eggs"}
	// PATCH /expense/7 405 DELETE, GET, HEAD, PUT <!DOCTYPE html>
	// GET /static/example_handle_test.go 200 package dibbler_test
}

// compressed compresses the answers of h if the client accepts gzip. This is worthwhile for
// large files and over a network, but not between programs of one computer.
func compressed(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.ServeHTTP(w, r)
			return
		}
		r.Header.Del("Range") // ranges are in uncompressed bytes
		zw := gzip.NewWriter(w)
		h.ServeHTTP(gzipWriter{w, zw}, r)
		if err := zw.Close(); err != nil {
			log.Print(err)
		}
	})
}

type gzipWriter struct {
	http.ResponseWriter
	zw *gzip.Writer
}

func (w gzipWriter) Write(p []byte) (int, error) { return w.zw.Write(p) }

func (w gzipWriter) WriteHeader(status int) {
	w.Header().Del("Content-Length")
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Set("Vary", "Accept-Encoding")
	w.ResponseWriter.WriteHeader(status)
}

// Middleware for net/http can be used for a single handler.
func ExampleServer_Handle_compressed() {
	var server dibbler.Server
	if err := server.Handle("GET /static/", compressed(http.StripPrefix("/static/", http.FileServerFS(files)))); err != nil {
		log.Fatal(err)
	}
	web := httptest.NewServer(&server)
	defer web.Close()

	resp, err := http.Get(web.URL + "/static/example_handle_test.go") // the client accepts gzip
	if err != nil {
		log.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("uncompressed by the client:", resp.Uncompressed, strings.HasPrefix(string(text), "package dibbler_test"))
	// Output: uncompressed by the client: true true
}

// An upload of more than 32 MiB needs a limit of its own.
func ExampleMaxBody() {
	var server dibbler.Server
	save := func(w *dibbler.Response, r *http.Request) error {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil {
			return err // becomes a page with status 413 if the body is too large
		}
		_, err = fmt.Fprintln(w, n, "bytes")
		return err
	}
	if err := server.Handle("POST /save", dibbler.MaxBody(save, 10)); err != nil {
		log.Fatal(err)
	}
	for _, body := range []string{"0123456789", "0123456789+"} {
		rec := httptest.NewRecorder()
		server.ServeHTTP(rec, httptest.NewRequest("POST", "/save", strings.NewReader(body)))
		fmt.Println(rec.Code, strings.Contains(rec.Body.String(), "What you sent is larger than 10 bytes. Send less at once."))
	}
	// Output:
	// 200 false
	// 413 true
}
