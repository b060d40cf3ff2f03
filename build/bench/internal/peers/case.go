package peers

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// A Case is a request with the answer of every peer.
type Case struct {
	Name    string
	Request []byte // as it is sent
	Status  int
	Body    string // empty: each peer has its own words
}

const goodForm = "name=Ada+Lovelace&city=London&count=42&price=1.5&gift=true"

// Cases are the measured requests.
var Cases = []Case{
	{"page", get("/page"), http.StatusOK, string(Page)},
	{"form", get("/form?" + goodForm), http.StatusOK, goodAnswer},
	{"posted form", post("/form", formType, []byte(goodForm)), http.StatusOK, goodAnswer},
	{"upload", upload1MB("file"), http.StatusOK, "1048576 bytes\n"},
	{"absent page", get("/absent"), http.StatusNotFound, Absent},
}

const (
	formType   = "application/x-www-form-urlencoded"
	goodAnswer = "Ada Lovelace, London: 42 at 1.50, gift true\n"
)

// Refused are requests that every peer refuses.
var Refused = func() (refused []Case) {
	for _, bad := range []string{"count=x", "count=1.5", "price=x", "gift=x"} {
		name, _, _ := strings.Cut(bad, "=")
		values, err := url.ParseQuery(goodForm)
		if err != nil {
			panic(err)
		}
		values.Set(name, strings.TrimPrefix(bad, name+"="))
		refused = append(refused,
			Case{"form with " + bad, get("/form?" + values.Encode()), http.StatusBadRequest, ""},
			Case{"posted form with " + bad, post("/form", formType, []byte(values.Encode())), http.StatusBadRequest, ""})
	}
	return append(refused, Case{"upload of nothing", upload1MB("other"), http.StatusBadRequest, ""})
}()

// Check returns an error if an answer is not that of the case.
func (c Case) Check(resp *http.Response) error {
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Name, err)
	}
	if resp.StatusCode != c.Status {
		return fmt.Errorf("%s: status %d, want %d: %q", c.Name, resp.StatusCode, c.Status, body)
	}
	if c.Body == "" {
		return nil
	}
	if string(body) != c.Body {
		return fmt.Errorf("%s: %q, want %q", c.Name, body, c.Body)
	}
	if resp.Header.Get("Content-Type") != textType {
		return fmt.Errorf("%s: Content-Type is %q", c.Name, resp.Header.Get("Content-Type"))
	}
	for name := range resp.Header {
		if !slices.Contains([]string{"Content-Type", "Content-Length", "Date"}, name) {
			return fmt.Errorf("%s: the answer has %s in its header, which the others do not have", c.Name, name)
		}
	}
	return nil
}

const headerLines = "Host: 127.0.0.1\r\nUser-Agent: bench\r\nAccept: */*\r\n"

func get(target string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\n%s\r\n", target, headerLines)
}

func post(path, contentType string, body []byte) []byte {
	header := fmt.Sprintf("POST %s HTTP/1.1\r\n%sContent-Type: %s\r\nContent-Length: %d\r\n\r\n", path, headerLines, contentType, len(body))
	return append([]byte(header), body...)
}

// upload1MB posts a file of 1 MB in a field of a form.
func upload1MB(field string) []byte {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	file, err := form.CreateFormFile(field, "large.bin")
	if err != nil {
		panic(err)
	}
	if _, err := file.Write(bytes.Repeat([]byte("0123456789abcdef"), 1<<16)); err != nil {
		panic(err)
	}
	if err := form.Close(); err != nil {
		panic(err)
	}
	return post("/upload", form.FormDataContentType(), body.Bytes())
}

// Find returns the case with a name.
func Find(name string) (Case, error) {
	for _, c := range Cases {
		if c.Name == name {
			return c, nil
		}
	}
	return Case{}, fmt.Errorf("no case is called %q", name)
}
