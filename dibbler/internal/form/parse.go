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
	// maxValues is the maximum number of values in a form, including repeated values. A
	// form that a person fills in has far fewer.
	maxValues = 1000

	// maxMemory is how many bytes of uploaded files are kept in memory. The rest is
	// written to temporary files.
	maxMemory = 8 << 20
)

// Values are the submitted values of a form.
type Values struct {
	All    url.Values // for each name, the values in the body before those in the query
	Posted url.Values // the values in the body
	Files  map[string][]*multipart.FileHeader
}

// Parse parses the form in the query and the body of r. It sets r.Form, r.PostForm and
// r.MultipartForm like [http.Request.ParseMultipartForm], but it counts the values before it
// allocates memory for them.
//
// The error is a [*ReadError]. The caller must remove the temporary files of
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

// parseBody parses the form in the body of r, if there is one.
func parseBody(r *http.Request) (url.Values, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return url.Values{}, nil
	}
	contentType := r.Header.Get("Content-Type")
	kind, params, _ := mime.ParseMediaType(contentType) // kind is "" if it is invalid
	switch {
	case kind == "application/x-www-form-urlencoded":
		if len(r.PostForm) > 0 {
			return r.PostForm, nil // a middleware has parsed the form
		}
		return parseURLEncodedBody(r)
	case kind == "multipart/form-data":
		var err error
		if r.MultipartForm != nil {
			err = r.ParseMultipartForm(0) // fails if a middleware has called MultipartReader
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
	// Browsers send no other type, except for a form with enctype="text/plain". Programs may
	// send an empty body with any type.
	n, err := io.ReadFull(r.Body, make([]byte, 1))
	switch {
	case n > 0:
		return nil, &ReadError{http.StatusUnsupportedMediaType, fmt.Sprintf(
			"This page takes a form, sent as application/x-www-form-urlencoded or multipart/form-data, and not %s.",
			cmp.Or(Shorten(contentType, 100), "content without a type")), nil}
	case err != io.EOF:
		return nil, bodyError(err)
	}
	return url.Values{}, nil
}

// parseURLEncodedBody parses the urlencoded body of r. It stops reading when there are more
// than maxValues values.
func parseURLEncodedBody(r *http.Request) (url.Values, error) {
	size := int64(32 << 10)
	if r.ContentLength >= 0 {
		size = min(size-1, r.ContentLength) + 1
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

// bodyError returns the ReadError for err, an error of reading the body.
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
	return &ReadError{http.StatusBadRequest, "Only a part of this form arrived. Go back and send it again.", err}
}
