package dibbler

import (
	"bytes"
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
	// maxFormValues bounds the number of values in one form, repeated ones
	// included. A form that a person fills in has far fewer.
	maxFormValues = 1000

	// maxFormMemory bounds the bytes of uploaded files that are kept in memory;
	// the rest goes to temporary files.
	maxFormMemory = 8 << 20
)

// parseForm reads the form of r, from the query and the body together, a
// body's value before the query's of the same name. It sets r.Form, r.PostForm
// and r.MultipartForm as [http.Request.ParseMultipartForm] does, but it looks
// at the number of values before it makes room for them.
func parseForm(r *http.Request) (url.Values, error) {
	if strings.Count(r.URL.RawQuery, "&") >= maxFormValues {
		return nil, errTooManyValues
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, &Error{Status: http.StatusBadRequest, Message: "The query of this address cannot be read.", Err: err}
	}
	posted, err := parsePosted(r)
	if err == nil && len(posted) > 0 && count(query)+count(posted) > maxFormValues {
		err = errTooManyValues
	}
	if err != nil {
		// A client that is still sending does not see the answer. There is a limit
		// on how much it can send.
		_, _ = io.Copy(io.Discard, r.Body)
		return nil, err
	}
	r.PostForm = posted
	r.Form = query
	for name, values := range posted {
		r.Form[name] = append(slices.Clip(values), query[name]...)
	}
	return r.Form, nil
}

var errTooManyValues = &Error{
	Status:  http.StatusRequestEntityTooLarge,
	Message: fmt.Sprintf("This form has too many values. At most %d are taken.", maxFormValues),
}

func count(form url.Values) (n int) {
	for _, values := range form {
		n += len(values)
	}
	return n
}

// parsePosted reads the form that is in the body of r, if there is one.
func parsePosted(r *http.Request) (url.Values, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return url.Values{}, nil
	}
	contentType := r.Header.Get("Content-Type")
	kind, _, err := mime.ParseMediaType(contentType)
	switch {
	case kind == "application/x-www-form-urlencoded":
		if len(r.PostForm) > 0 {
			return r.PostForm, nil // Server.Wrap has looked at the form
		}
		return parseURLEncoded(r)
	case kind == "multipart/form-data":
		if r.Form == nil {
			r.Form, r.PostForm = url.Values{}, url.Values{} // the query is parsed already
		}
		if err := r.ParseMultipartForm(maxFormMemory); err != nil {
			return nil, bodyError(err)
		}
		return r.MultipartForm.Value, nil
	case err != nil && contentType != "":
		return nil, &Error{Status: http.StatusUnsupportedMediaType, Message: "The type of this form's content cannot be read.", Err: err}
	}
	return url.Values{}, nil
}

// parseURLEncoded reads the body of r, which is urlencoded, and no further than
// it has to.
func parseURLEncoded(r *http.Request) (url.Values, error) {
	size := int64(32 << 10)
	if r.ContentLength >= 0 {
		size = min(size, r.ContentLength+1)
	}
	buf := make([]byte, size)
	var text strings.Builder
	for values := 1; ; {
		n, err := r.Body.Read(buf)
		if values += bytes.Count(buf[:n], []byte("&")); values > maxFormValues {
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
	form, err := url.ParseQuery(text.String())
	if err != nil {
		return nil, bodyError(err)
	}
	return form, nil
}

// bodyError is the answer to a body that could not be read as a form.
func bodyError(err error) error {
	if tooLarge, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return &Error{
			Status:  http.StatusRequestEntityTooLarge,
			Message: fmt.Sprintf("This form is too large. At most %d bytes are taken.", tooLarge.Limit),
			Err:     err,
		}
	}
	if errors.Is(err, multipart.ErrMessageTooLarge) {
		return &Error{Status: http.StatusRequestEntityTooLarge, Message: "This form has too many parts or too much text.", Err: err}
	}
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return &Error{Message: "The uploaded files cannot be stored on this machine.", Err: fmt.Errorf("storing uploaded files: %w", err)}
	}
	return &Error{Status: http.StatusBadRequest, Message: "This form cannot be read.", Err: err}
}
