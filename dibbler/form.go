package dibbler

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/gorilla/schema"
)

const (
	// maxFormKeys bounds the number of values in one form, repeated ones
	// included. A form that a person fills in has far fewer.
	maxFormKeys = 1000

	// maxFormItems bounds each slice of structs. The sender picks the index, and
	// the decoder makes all elements up to it.
	maxFormItems = 100

	// maxFormMemory bounds the bytes of uploaded files that are kept in memory;
	// the rest goes to temporary files.
	maxFormMemory = 8 << 20
)

// A binder fills in the form parameter of one methlet. All that can be worked
// out from the parameter's type is worked out once, by newBinder.
type binder struct {
	typ     reflect.Type
	root    *formStruct     // nil: typ is url.Values or like it
	decoder *schema.Decoder // nil as well then
	fresh   reflect.Value   // a value of typ with the defaults that can be shared
	repeat  []*formField    // fields whose default is made anew for each request
	must    []*formField    // fields tagged required
	files   []*formField    // fields for uploaded files
}

// newBinder prepares for binding forms to parameters of type typ. Its error
// names every field that cannot be bound.
func newBinder(typ reflect.Type) (*binder, error) {
	b := &binder{typ: typ}
	if typ.Kind() == reflect.Map {
		return b, nil
	}
	root, err := newFormStruct(typ)
	if err != nil {
		return nil, err
	}
	b.root = root
	b.decoder = newDecoder()
	fresh := reflect.New(typ)
	defaults := map[string][]string{}
	for f := range root.all() {
		if f.isFile {
			b.files = append(b.files, f)
		}
		if f.required {
			b.must = append(b.must, f)
		}
		if f.defaults == nil {
			continue
		}
		f.put(defaults, f.path, f.defaults)
		if !f.sharesDefault() {
			b.repeat = append(b.repeat, f)
		}
	}
	if err := b.decode(fresh, defaults); err != nil {
		return nil, fmt.Errorf("bad default tag: %w", err)
	}
	for _, f := range b.repeat {
		fresh.Elem().FieldByIndex(f.index).SetZero()
	}
	b.fresh = fresh.Elem()
	return b, nil
}

// bind returns the form of r as a value of b's type. Its error is what the
// client is to be told.
func (b *binder) bind(r *http.Request) (reflect.Value, error) {
	values, err := parseForm(r)
	if err != nil {
		return reflect.Value{}, err
	}
	if b.root == nil {
		return reflect.ValueOf(values).Convert(b.typ), nil
	}
	src, bad := b.source(values)
	for _, f := range b.repeat {
		if _, ok := src[f.path]; !ok {
			f.put(src, f.path, f.defaults)
		}
	}
	form := reflect.New(b.typ)
	form.Elem().Set(b.fresh)
	bad = append(bad, b.setFiles(form.Elem(), r, values)...)
	for _, f := range b.must {
		if !f.isFile && !present(src[f.path]) {
			bad = append(bad, fieldError{f.path, "", "it is missing; want " + f.want()})
		}
	}
	if err := b.decode(form, src); err != nil {
		var more formError
		if !errors.As(err, &more) {
			return reflect.Value{}, err
		}
		bad = append(bad, more...)
	}
	if len(bad) > 0 {
		bad.sort()
		return reflect.Value{}, bad
	}
	return form.Elem(), nil
}

func present(values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return v != "" })
}

// source picks from values what the decoder is to see: known names in one
// spelling, the first value where there is room for one only, and no blanks
// where a blank means nothing.
func (b *binder) source(values url.Values) (src map[string][]string, bad formError) {
	src = make(map[string][]string, len(values))
	spelt := make(map[string]string)
	for key, vals := range values {
		f, path, err := b.root.lookup(key)
		if err != nil {
			bad = append(bad, fieldError{key, "", err.Error()})
			continue
		}
		if f == nil || f.isFile || !strings.EqualFold(path, key) {
			continue
		}
		// Names match in any case, so two keys can be meant for one field: the one
		// spelt like the field wins, whatever the order of the map.
		if other, ok := spelt[path]; ok && (other == path || key != path && other < key) {
			continue
		}
		spelt[path] = key
		if !f.isSlice() {
			vals = vals[:1]
		}
		if !f.keepBlank {
			vals = slices.DeleteFunc(slices.Clone(vals), func(v string) bool { return v == "" })
		}
		if f.isFloat() && slices.ContainsFunc(vals, notFinite) {
			bad = append(bad, fieldError{path, vals[0], "want " + f.want()})
			continue
		}
		if len(vals) > 0 {
			f.put(src, path, vals)
		}
	}
	return src, bad
}

// notFinite reports whether strconv.ParseFloat would take s for NaN or an
// infinity, which no form means.
func notFinite(s string) bool { return strings.ContainsAny(s, "nN") }

// decode runs gorilla/schema and puts its findings, which come in random
// order, into ours.
func (b *binder) decode(form reflect.Value, src map[string][]string) error {
	err := b.decoder.Decode(form.Interface(), src)
	var multi schema.MultiError
	if !errors.As(err, &multi) {
		return err
	}
	var bad formError
	for key, err := range multi {
		var conv schema.ConversionError
		var empty schema.EmptyFieldError
		switch {
		case errors.As(err, &empty):
			// bind has looked for itself: the decoder does not know about files.
		case errors.As(err, &conv):
			f, path, _ := b.root.lookup(key)
			bad = append(bad, fieldError{path, offending(src[key], conv.Index), f.wantBecause(conv.Err)})
		default:
			bad = append(bad, fieldError{key, "", err.Error()})
		}
	}
	if len(bad) == 0 {
		return nil
	}
	bad.sort()
	return bad
}

// offending returns the value at index i of vals, where -1 means the last.
func offending(vals []string, i int) string {
	if i < 0 {
		i = len(vals) - 1
	}
	if i < 0 || i >= len(vals) {
		return ""
	}
	return vals[i]
}

// setFiles puts the uploaded files of r into form.
func (b *binder) setFiles(form reflect.Value, r *http.Request, values url.Values) (bad formError) {
	for _, f := range b.files {
		var uploads []*multipart.FileHeader
		if r.MultipartForm != nil {
			uploads = slices.DeleteFunc(slices.Clone(r.MultipartForm.File[f.path]), noFile)
		}
		switch {
		case len(uploads) == 0 && present(values[f.path]):
			bad = append(bad, fieldError{f.path, values[f.path][0], `want a file; the form needs enctype="multipart/form-data"`})
		case len(uploads) == 0 && f.required:
			bad = append(bad, fieldError{f.path, "", "it is missing; want " + f.want()})
		case len(uploads) == 0:
		case f.isSlice():
			form.FieldByIndex(f.index).Set(reflect.ValueOf(uploads))
		default:
			form.FieldByIndex(f.index).Set(reflect.ValueOf(uploads[0]))
		}
	}
	return bad
}

// noFile reports whether h is what a browser sends for a file input in which no
// file was chosen.
func noFile(h *multipart.FileHeader) bool { return h.Filename == "" && h.Size == 0 }

// parseForm reads the form of r, from the query and the body together, a
// body's value before the query's of the same name. It sets r.Form, r.PostForm
// and r.MultipartForm as [http.Request.ParseMultipartForm] does, but it looks
// at the number of values before it makes room for them.
func parseForm(r *http.Request) (url.Values, error) {
	if err := checkCount(strings.Count(r.URL.RawQuery, "&") + 1); err != nil {
		return nil, err
	}
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, &Error{Status: http.StatusBadRequest, Message: "The query of this address cannot be read.", Err: err}
	}
	var posted url.Values
	switch kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); {
	case r.Body == nil || r.Body == http.NoBody:
	case kind == "application/x-www-form-urlencoded":
		posted, err = parseBody(r.Body)
		if err != nil {
			return nil, err
		}
	case kind == "multipart/form-data":
		// The query is not to be parsed again.
		r.Form, r.PostForm = url.Values{}, url.Values{}
		if err := r.ParseMultipartForm(maxFormMemory); err != nil {
			return nil, bodyError(err)
		}
		posted = r.MultipartForm.Value
		n := 0
		for _, v := range posted {
			n += len(v)
		}
		if err := checkCount(n); err != nil {
			return nil, err
		}
	case err != nil && r.Header.Get("Content-Type") != "":
		return nil, &Error{Status: http.StatusUnsupportedMediaType, Message: "The type of this form's content cannot be read.", Err: err}
	}
	r.PostForm = posted
	r.Form = query
	for name, v := range posted {
		r.Form[name] = append(slices.Clip(v), query[name]...)
	}
	return r.Form, nil
}

func parseBody(body io.Reader) (url.Values, error) {
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, bodyError(err)
	}
	s := string(text)
	if err := checkCount(strings.Count(s, "&") + 1); err != nil {
		return nil, err
	}
	values, err := url.ParseQuery(s)
	if err != nil {
		return nil, bodyError(err)
	}
	return values, nil
}

func checkCount(n int) error {
	if n <= maxFormKeys {
		return nil
	}
	return &Error{
		Status:  http.StatusRequestEntityTooLarge,
		Message: fmt.Sprintf("This form has %d values. At most %d are taken.", n, maxFormKeys),
	}
}

// bodyError is the answer to a body that could not be read as a form.
func bodyError(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return &Error{
			Status:  http.StatusRequestEntityTooLarge,
			Message: fmt.Sprintf("This form is too large. At most %d bytes are taken.", tooLarge.Limit),
			Err:     err,
		}
	}
	if errors.Is(err, multipart.ErrMessageTooLarge) {
		return &Error{Status: http.StatusRequestEntityTooLarge, Message: "This form has too many parts or too much text.", Err: err}
	}
	return &Error{Status: http.StatusBadRequest, Message: "This form cannot be read.", Err: err}
}
