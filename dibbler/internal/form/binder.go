// Package form fills in structs from the forms that browsers send. [Parse] reads
// a request, a [Binder] sets the fields. The rules are in the documentation of
// package dibbler.
//
// Values are decoded by [schema.Decoder]. The code around it is there because the
// decoder, at version 1.4.1,
//
//   - passes over fields that it cannot set, panics at embedded pointers, and
//     follows pointers in a field's value for ever: [NewBinder] refuses such types
//     (type.go, plain.go);
//   - finds fields by their Go names, also unexported and shadowed ones: NewBinder
//     refuses names that clash (name.go);
//   - replaces a zero that was sent by the default: defaults have a tag of their own
//     and are set before decoding (binder.go);
//   - panics at a negative index and allocates all elements up to a positive one, on
//     each level: only known names with small indexes reach it (field.go);
//   - takes the last of repeated values, splits at commas, takes NaN, and no blanks
//     around numbers: values are chosen before decoding (field.go);
//   - passes over slices of arrays and of slices, though their elements unmarshal
//     texts: it gets converters for those (decoder.go);
//   - knows neither files nor blank required slices (files.go, binder.go);
//   - reports errors in random order, for programmers (decoder.go).
package form

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"

	"github.com/gorilla/schema"
)

// A Binder fills in values of one type. Its methods may be called concurrently.
type Binder struct {
	typ      reflect.Type
	root     *structType       // nil if typ is url.Values or like it
	decoder  *schema.Decoder   // nil as well then
	defaults reflect.Value     // of typ, with the defaults that all values can share
	unshared []*field          // whose defaults are decoded again for each value
	simple   map[string]*field // by path: plain fields that take one text
	required []*field
}

// NewBinder returns a Binder for typ, which is a struct, [url.Values] or like it. Its
// error names every field that cannot be set.
func NewBinder(typ reflect.Type) (*Binder, error) {
	b := &Binder{typ: typ}
	if typ.Kind() == reflect.Map {
		return b, nil
	}
	root, elems, err := newStructType(typ)
	if err != nil {
		return nil, err
	}
	b.root, b.decoder = root, newDecoder(elems)
	b.simple = map[string]*field{}
	for f := range b.root.plain() {
		if !f.isFile && !f.slice {
			b.simple[f.path] = f
		}
		if f.required {
			b.required = append(b.required, f)
		}
	}
	if err := b.setDefaults(); err != nil {
		return nil, err
	}
	return b, nil
}

// setDefaults decodes all defaults, once.
func (b *Binder) setDefaults() error {
	var bad FieldErrors
	var fields []*field
	src := map[string][]string{}
	for f := range b.root.plain() {
		if f.defaults != nil {
			fields = append(fields, f)
			bad = append(bad, f.add(src, f.path, f.defaults)...)
		}
	}
	form := reflect.New(b.typ)
	more, err := b.decode(form, src)
	if err != nil {
		return err
	}
	if err := append(bad, more...).orNil(); err != nil {
		return fmt.Errorf("bad default: %w", err)
	}
	b.defaults = reflect.New(b.typ).Elem()
	for _, f := range fields {
		if f.sharesDefault() {
			b.defaults.FieldByIndex(f.index).Set(form.Elem().FieldByIndex(f.index))
		} else {
			b.unshared = append(b.unshared, f)
		}
	}
	return nil
}

// Bind returns a value of b's type that is filled in from values. If they do not
// fit, the error is [FieldErrors].
func (b *Binder) Bind(values Values) (reflect.Value, error) {
	if b.root == nil {
		return reflect.ValueOf(values.All).Convert(b.typ), nil
	}
	src, texts, bad := b.source(values)
	form := reflect.New(b.typ)
	form.Elem().Set(b.defaults)
	more, err := b.decode(form, src)
	if err != nil {
		return reflect.Value{}, err
	}
	bad = append(bad, more...)
	bad = append(bad, b.setFiles(form.Elem(), values.Files, texts)...)
	bad = append(bad, b.missing(form.Elem(), src, bad)...)
	return form.Elem(), bad.orNil()
}

// source returns what the decoder gets, and the texts that were sent for fields of
// b unless the decoder gets values as they are.
func (b *Binder) source(values Values) (src map[string][]string, texts []match[string], bad FieldErrors) {
	if b.decodable(values.All) {
		return values.All, nil, nil
	}
	texts, bad = matches(b.root, values.All)
	src = make(map[string][]string, len(texts)+len(b.unshared))
	for _, m := range texts {
		bad = append(bad, m.field.add(src, m.path, m.field.choose(m.values, values.Posted[m.key]))...)
	}
	for _, f := range b.unshared {
		if !f.in(src) {
			bad = append(bad, f.add(src, f.path, f.defaults)...)
		}
	}
	return src, texts, bad
}

// decodable reports whether the decoder can get values as they are, without a copy.
// They usually are so when they come from a browser: one for each field, spelt like
// the field, and one that add would not change.
func (b *Binder) decodable(values url.Values) bool {
	if len(b.unshared) > 0 {
		return false
	}
	for path, v := range values {
		f := b.simple[path]
		if f == nil || len(v) != 1 || !f.keepBlank && (v[0] == "" || v[0] != strings.TrimSpace(v[0])) || strings.ContainsAny(v[0], f.forbidden) {
			return false
		}
	}
	return true
}

// missing finds the required fields that neither src nor, for files, form has
// a value for. Those that are named as bad are not missing.
func (b *Binder) missing(form reflect.Value, src map[string][]string, bad FieldErrors) (missing FieldErrors) {
	for _, f := range b.required {
		found := f.in(src) && present(src[f.key(f.path)])
		if f.isFile {
			found = !form.FieldByIndex(f.index).IsZero()
		}
		if !found && !bad.has(f.path) {
			missing = append(missing, badField(f.path, "", f.request()))
		}
	}
	return missing
}
