package form

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

const (
	// maxValues bounds the number of values in one form, repeated ones included. A
	// form that a person fills in has far fewer.
	maxValues = 1000

	// maxMemory bounds the bytes of uploaded files that are kept in memory; the rest
	// goes to temporary files.
	maxMemory = 8 << 20
)

// Values is a form as it was sent.
type Values struct {
	All    url.Values // of the body and of the query, for each name in this order
	Posted url.Values // of the body
	Files  map[string][]*multipart.FileHeader
}

// Parse reads the form of r from the query and the body together. It sets r.Form,
// r.PostForm and r.MultipartForm as [http.Request.ParseMultipartForm] does, but it
// counts the values before it allocates memory for them.
//
// Its error is a [*ReadError]. The caller removes the temporary files of
// r.MultipartForm.
func Parse(r *http.Request) (Values, error) {
	if strings.Count(r.URL.RawQuery, "&") >= maxValues {
		return Values{}, errTooManyValues
	}
	query := parseURLEncoded(r.URL.RawQuery)
	posted, err := parseBody(r)
	if err == nil && len(posted) > 0 && count(query)+count(posted) > maxValues {
		err = errTooManyValues
	}
	if err != nil {
		return Values{}, err
	}
	r.PostForm = posted
	r.Form = query
	for name, values := range posted {
		r.Form[name] = append(slices.Clip(values), query[name]...)
	}
	v := Values{All: r.Form, Posted: posted}
	if r.MultipartForm != nil {
		v.Files = r.MultipartForm.File
	}
	return v, nil
}

var errTooManyValues = &ReadError{
	Status:  http.StatusRequestEntityTooLarge,
	Message: fmt.Sprintf("This form has more than %d values. Send fewer at once.", maxValues),
}

func count(form url.Values) (n int) {
	for _, values := range form {
		n += len(values)
	}
	return n
}

// parseBody reads the form in the body of r, if there is one.
func parseBody(r *http.Request) (url.Values, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return url.Values{}, nil
	}
	contentType := r.Header.Get("Content-Type")
	kind, params, _ := mime.ParseMediaType(contentType) // one that cannot be parsed is another kind
	switch {
	case kind == "application/x-www-form-urlencoded":
		if len(r.PostForm) > 0 {
			return r.PostForm, nil // a middleware has parsed the form
		}
		return parseURLEncodedBody(r)
	case kind == "multipart/form-data":
		var err error
		if r.MultipartForm != nil {
			err = r.ParseMultipartForm(0) // which says whether a middleware has parsed the form
		} else if params["boundary"] == "" {
			err = http.ErrMissingBoundary
		} else {
			r.MultipartForm, err = parseMultipart(r, params["boundary"])
		}
		if err != nil {
			return nil, bodyError(err)
		}
		return r.MultipartForm.Value, nil
	}
	// A browser sends none of these, but for a form with enctype="text/plain". A program
	// may send a request without content under any type.
	n, err := io.ReadFull(r.Body, make([]byte, 1))
	switch {
	case n > 0:
		return nil, &ReadError{http.StatusUnsupportedMediaType, fmt.Sprintf(
			"This page takes a form, sent as application/x-www-form-urlencoded or multipart/form-data, and not %s.",
			cmp.Or(shorten(contentType, 100), "content without a type")), nil}
	case err != io.EOF:
		return nil, bodyError(err)
	}
	return url.Values{}, nil
}

// parseURLEncodedBody reads the body of r, which is urlencoded, up to its end or to
// the first value too many.
func parseURLEncodedBody(r *http.Request) (url.Values, error) {
	size := int64(32 << 10)
	if r.ContentLength >= 0 {
		size = min(size, r.ContentLength+1)
	}
	buf := make([]byte, size)
	var text strings.Builder
	for values := 1; ; {
		n, err := r.Body.Read(buf)
		if values += bytes.Count(buf[:n], []byte("&")); values > maxValues {
			return nil, errTooManyValues
		}
		text.Write(buf[:n])
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, bodyError(err)
		}
	}
	return parseURLEncoded(text.String()), nil
}

// bodyError returns the answer to a body that could not be read as a form.
func bodyError(err error) error {
	if read, ok := errors.AsType[*ReadError](err); ok {
		return read
	}
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &ReadError{http.StatusRequestEntityTooLarge, "This form is larger than " + Size(tooLarge.Limit) + ". Send less at once.", err}
	}
	if errors.Is(err, multipart.ErrMessageTooLarge) {
		return &ReadError{http.StatusRequestEntityTooLarge, "This form has too many parts or too much text. Send less at once.", err}
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return &ReadError{http.StatusInternalServerError, "The files could not be stored on this computer. Its disk may be full.", fmt.Errorf("storing uploaded files: %w", err)}
	}
	return &ReadError{http.StatusBadRequest, "This form did not arrive whole. Go back and send it again.", err}
}
