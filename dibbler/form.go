package dibbler

import (
	"errors"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/gorilla/schema"
)

// A binder fills in the form parameter of one methlet. All that can be worked
// out from the parameter's type is worked out once, by newBinder.
type binder struct {
	typ      reflect.Type
	root     *formStruct           // nil: typ is url.Values or like it
	decoder  *schema.Decoder       // nil as well then
	defaults reflect.Value         // a value of typ with the defaults that requests can share
	renewed  []*formField          // fields whose default is made anew for each request
	simple   map[string]*formField // by path: plain fields of one text
	required []*formField
}

// newBinder prepares for binding forms to parameters of type typ. Its error
// names every field that cannot be bound.
func newBinder(typ reflect.Type) (*binder, error) {
	b := &binder{typ: typ}
	if typ.Kind() == reflect.Map {
		return b, nil
	}
	var err error
	if b.root, err = newFormStruct(typ); err != nil {
		return nil, err
	}
	b.decoder = newDecoder()
	var bad formError
	var defaults []*formField
	src := map[string][]string{}
	b.simple = map[string]*formField{}
	for f := range b.root.all() {
		if !f.isFile && !f.slice {
			b.simple[f.path] = f
		}
		if f.required {
			b.required = append(b.required, f)
		}
		if f.defaults != nil {
			defaults = append(defaults, f)
			bad = append(bad, f.put(src, f.path, f.defaults)...)
		}
	}
	form := reflect.New(typ)
	more, err := b.decode(form, src)
	if err != nil {
		return nil, err
	}
	if bad = append(bad, more...); len(bad) > 0 {
		bad.sort()
		return nil, fmt.Errorf("bad default: %w", bad)
	}
	b.defaults = reflect.New(typ).Elem()
	for _, f := range defaults {
		if f.sharesDefault() {
			b.defaults.FieldByIndex(f.index).Set(form.Elem().FieldByIndex(f.index))
		} else {
			b.renewed = append(b.renewed, f)
		}
	}
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
	src, texts, bad := b.source(values)
	form := reflect.New(b.typ)
	form.Elem().Set(b.defaults)
	more, err := b.decode(form, src)
	if err != nil {
		return reflect.Value{}, err
	}
	bad = append(bad, more...)
	bad = append(bad, b.setFiles(form.Elem(), r, texts)...)
	bad = append(bad, b.missing(form.Elem(), src, bad)...)
	if len(bad) > 0 {
		bad.sort()
		return reflect.Value{}, bad
	}
	return form.Elem(), nil
}

// source returns what the decoder gets, and the texts that it consists of unless
// they were all taken as they were sent.
func (b *binder) source(values url.Values) (src map[string][]string, texts []match[string], bad formError) {
	if b.takes(values) {
		return values, nil, nil
	}
	texts, bad = matches(b.root, values)
	src = make(map[string][]string, len(texts)+len(b.renewed))
	for _, m := range texts {
		bad = append(bad, m.field.put(src, m.path, m.values)...)
	}
	for _, f := range b.renewed {
		if !f.in(src) {
			bad = append(bad, f.put(src, f.path, f.defaults)...)
		}
	}
	return src, texts, bad
}

// takes reports whether the decoder can have values as they were sent, which is
// what a browser sends that was given a form with these fields: each is spelt like
// the field, once, and is one that put would let pass.
func (b *binder) takes(values url.Values) bool {
	if len(b.renewed) > 0 {
		return false
	}
	for path, v := range values {
		f := b.simple[path]
		if f == nil || len(v) != 1 || !f.keepBlank && v[0] == "" || strings.ContainsAny(v[0], f.bans) {
			return false
		}
	}
	return true
}

// decode runs gorilla/schema and makes its findings ours, one for each field.
func (b *binder) decode(form reflect.Value, src map[string][]string) (bad formError, err error) {
	err = b.decoder.Decode(form.Interface(), src)
	found, ok := errors.AsType[schema.MultiError](err)
	if !ok {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(found)) {
		err := found[key]
		if _, ok := errors.AsType[schema.EmptyFieldError](err); ok {
			continue // missing looks for itself: the decoder does not know about files
		}
		conv, ok := errors.AsType[schema.ConversionError](err)
		if !ok {
			bad = append(bad, badField(key, "", err.Error()))
			continue
		}
		f, path := b.root.source(key)
		if bad.has(path) {
			continue // an earlier value of a slice is bad too
		}
		value := src[key][max(conv.Index, 0)] // the index is -1 where there is one value
		if conv.Err != nil {
			bad = append(bad, badField(path, value, conv.Err.Error())) // the author's own type knows best
		} else {
			bad = append(bad, badField(path, value, "want "+f.want()))
		}
	}
	return bad, nil
}

// setFiles puts the uploaded files of r into form. Texts are for finding those
// who sent a file's name in place of the file.
func (b *binder) setFiles(form reflect.Value, r *http.Request, texts []match[string]) (bad formError) {
	if r.MultipartForm != nil {
		var files []match[*multipart.FileHeader]
		files, bad = matches(b.root, r.MultipartForm.File)
		for _, m := range files {
			switch f := m.field; {
			case !f.isFile:
			case slices.ContainsFunc(m.values, isNoFileName):
				bad = append(bad, badField(m.path, "", "want a file with a name of its own"))
			case f.slice:
				form.FieldByIndex(f.index).Set(reflect.ValueOf(m.values))
			default:
				form.FieldByIndex(f.index).Set(reflect.ValueOf(m.values[0]))
			}
		}
	}
	for _, m := range texts {
		if m.field.isFile && present(m.values) && form.FieldByIndex(m.field.index).IsZero() {
			bad = append(bad, badField(m.path, m.values[0], `want a file; the form needs enctype="multipart/form-data"`))
		}
	}
	return bad
}

// isNoFileName reports whether the name of an uploaded file, of which
// mime/multipart leaves the last part, would lead somebody who joins it to a
// folder to the folder itself, to the one above, or to what is no file at all.
func isNoFileName(h *multipart.FileHeader) bool {
	return h.Filename == "." || !filepath.IsLocal(h.Filename)
}

// missing finds the required fields that neither src nor, for files, form has
// a value for. Those that are named as bad are not missing.
func (b *binder) missing(form reflect.Value, src map[string][]string, bad formError) (missing formError) {
	for _, f := range b.required {
		found := f.in(src) && present(src[f.key(f.path)])
		if f.isFile {
			found = !form.FieldByIndex(f.index).IsZero()
		}
		if !found && !bad.has(f.path) {
			missing = append(missing, badField(f.path, "", "it is missing; want "+f.want()))
		}
	}
	return missing
}

// present reports whether one of values is not blank.
func present(values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return v != "" })
}

// A match is what a request has for one field: texts or files.
type match[V any] struct {
	field  *formField
	path   string
	values []V
}

// matches finds the fields of s that sent has values for. Unknown names are left
// out.
func matches[V any](s *formStruct, sent map[string][]V) (found []match[V], bad formError) {
	found = make([]match[V], 0, len(sent))
	var respelt []string
	for key, values := range sent {
		f, path, err := s.lookup(key)
		switch {
		case err != nil:
			bad = append(bad, badField(cut(key, 100), "", err.Error()))
		case f == nil || len(values) == 0:
		case path == key:
			found = append(found, match[V]{f, path, values})
		default:
			respelt = append(respelt, key)
		}
	}
	// Names match in any case, so several keys can be meant for one field. The one
	// that is spelt like the field wins, then the first in order.
	slices.Sort(respelt)
	for _, key := range respelt {
		f, path, _ := s.lookup(key)
		if !slices.ContainsFunc(found, func(m match[V]) bool { return m.path == path }) {
			found = append(found, match[V]{f, path, sent[key]})
		}
	}
	return found, bad
}
