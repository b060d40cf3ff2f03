// Package form fills in structs from HTML forms. [Parse] parses the form of a request, and
// a [Binder] sets the fields. The rules are in the documentation of package dibbler.
//
// The values are decoded by [schema.Decoder]. The rest of the code exists because version
// 1.4.1 of the decoder
//
//   - ignores fields that it cannot set, panics at embedded pointers, and follows pointers
//     in the value of a field for ever: [NewBinder] returns an error for such types
//     (type.go, plain.go);
//   - finds fields by their Go names, including unexported, shadowed and left-out ones: NewBinder
//     returns an error for names that clash (name.go);
//   - replaces a submitted zero by the default: defaults have their own tag and are set
//     before decoding (binder.go);
//   - panics at a negative index, and allocates all elements up to a positive index, on
//     each level: only known names with small indexes are passed to it (field.go);
//   - takes the last of repeated values, splits values at commas, accepts NaN, and refuses
//     spaces around numbers: values are selected before decoding (field.go);
//   - ignores slices of arrays and of slices even if the elements implement
//     encoding.TextUnmarshaler: it gets converters for them (decoder.go);
//   - supports neither files nor blank values of required slices (files.go, binder.go);
//   - returns errors in random order and with texts for programmers (decoder.go).
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
	root     *structType       // nil if typ is a map
	decoder  *schema.Decoder   // nil if typ is a map
	defaults reflect.Value     // a value of typ with the defaults that all values can share
	unshared []*field          // fields whose defaults are decoded for each value
	simple   map[string]*field // plain fields with one value, by path
	required []*field
}

// NewBinder returns a Binder for typ, which is a struct or has the underlying type of
// [url.Values]. The error names every field that cannot be set.
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
	b.defaults = reflect.New(b.typ).Elem()
	if len(fields) == 0 { // the decoder inspects the type at the first request instead
		return nil
	}
	form := reflect.New(b.typ)
	more, err := b.decode(form, src)
	if err != nil {
		return err
	}
	if err := append(bad, more...).orNil(); err != nil {
		return fmt.Errorf("bad default: %w", err)
	}
	for _, f := range fields {
		if f.sharesDefault() {
			b.defaults.FieldByIndex(f.index).Set(form.Elem().FieldByIndex(f.index))
		} else {
			b.unshared = append(b.unshared, f)
		}
	}
	return nil
}

// Bind returns a value of b's type with the given values. If values are bad or missing, the
// error is of type [FieldErrors].
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

// source returns the values for the decoder, and, unless the decoder gets values.All
// itself, the texts that were sent for the fields of b.
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

// decodable reports whether the decoder can get values without a copy. This is usually so if
// a browser has sent them: each field has one value, under its exact name, and add would
// not change the value.
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

// missing returns errors for the required fields without a value in src, or in form for
// files. It leaves out fields that have an error in bad.
func (b *Binder) missing(form reflect.Value, src map[string][]string, bad FieldErrors) (missing FieldErrors) {
	for _, f := range b.required {
		found := f.in(src) && present(src[f.key(f.path)])
		if f.isFile {
			found = !form.FieldByIndex(f.index).IsZero()
		}
		if !found && !bad.has(f.path) {
			missing = append(missing, badField(f.path, "", f.missingText()))
		}
	}
	return missing
}
