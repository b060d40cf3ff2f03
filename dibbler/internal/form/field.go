package form

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strconv"
	"strings"
)

// maxItems is the maximum length of a slice of structs. The client sends the index, and the
// decoder allocates all elements up to it.
const maxItems = 100

// A structType is a struct whose fields can be set.
type structType struct {
	fields []*field          // including those of embedded structs
	byName map[string]*field // by name in lower case
}

// A field is one field of a structType.
type field struct {
	name     string       // in the form
	path     string       // the names of the outer structs and of the field, with dots
	index    []int        // in the outermost struct; nil inside slices and behind pointers
	typ      reflect.Type // of the field
	elem     reflect.Type // of one value
	sub      *structType  // the fields of elem; nil if elem is plain
	slice    bool         // it takes several values
	isFile   bool
	required bool
	defaults []string

	keepBlank bool   // blank values do not count as missing
	forbidden string // characters that the decoder accepts in values, but the rules do not
	indexed   bool   // the decoder needs repeated values as name.0, name.1
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// plain yields the plain fields of s and of the structs in it, without those in slices and
// behind pointers, which may not exist.
func (s *structType) plain() iter.Seq[*field] {
	return func(yield func(*field) bool) {
		for _, f := range s.fields {
			if f.sub == nil && !yield(f) {
				return
			}
			if f.sub == nil || f.elem != f.typ {
				continue
			}
			for f := range f.sub.plain() {
				if !yield(f) {
					return
				}
			}
		}
	}
}

// lookup returns the plain field for key, and its path, which is key in the spelling of the
// fields. If there is none, f is nil. The error is for the user.
func (s *structType) lookup(key string) (f *field, path string, err error) {
	for rest, more := key, true; more; s = f.sub {
		var name string
		name, rest, more = strings.Cut(rest, ".")
		if f = s.byName[strings.ToLower(name)]; f == nil {
			return nil, "", nil
		}
		path = join(path, f.name)
		if f.sub == nil {
			if more {
				return nil, "", nil
			}
			return f, path, nil
		}
		if !f.slice {
			continue
		}
		name, rest, more = strings.Cut(rest, ".")
		i, err := strconv.ParseUint(name, 10, 0)
		switch {
		case errors.Is(err, strconv.ErrRange) || i >= maxItems:
			return nil, "", fmt.Errorf("the highest item number is %d", maxItems-1)
		case err != nil || strconv.FormatUint(i, 10) != name:
			return nil, "", nil
		}
		path = join(path, name)
	}
	return nil, "", nil
}

// byKey returns the field for which add has set key, and its path.
func (s *structType) byKey(key string) (f *field, path string) {
	if f, path, _ = s.lookup(key); f == nil {
		key = key[:strings.LastIndexByte(key, '.')] // the index of a repeated value
		f, path, _ = s.lookup(key)
	}
	return f, path
}

// choose returns the values that f takes, of all values that were sent for it and those
// in the body, posted. A slice takes all values. A bool takes the last, because a form can
// have a hidden field with 0 before the checkbox, for which browsers send nothing if it is
// unchecked. Other fields take the first.
func (f *field) choose(values, posted []string) []string {
	switch {
	case f.slice || len(values) == 1:
		return values
	case !f.isBool():
		return values[:1]
	case len(posted) > 0:
		values = posted
	}
	return values[len(values)-1:]
}

func (f *field) isBool() bool { return f.elem.Kind() == reflect.Bool && !unmarshals(f.elem) }

// add sets the values of f, which is at path, in src. Unless f keeps them, it removes blank
// values and the spaces around values.
func (f *field) add(src map[string][]string, path string, values []string) (bad FieldErrors) {
	if f.isFile {
		return nil
	}
	if !f.keepBlank {
		values = trim(values)
	}
	if len(values) == 0 {
		return nil
	}
	for _, v := range values {
		if strings.ContainsAny(v, f.forbidden) {
			return FieldErrors{badField(path, v, f.advice(v))}
		}
	}
	if !f.indexed {
		src[path] = values
		return nil
	}
	for i := range values {
		src[join(path, strconv.Itoa(i))] = values[i : i+1]
	}
	return nil
}

// trim returns the values that are not blank, without the spaces around them.
func trim(values []string) []string {
	trimmed := make([]string, 0, len(values))
	for _, v := range values {
		if v = strings.TrimSpace(v); v != "" {
			trimmed = append(trimmed, v)
		}
	}
	return trimmed
}

// key returns the key that add sets for the first value of f if f is at path.
func (f *field) key(path string) string {
	if f.indexed {
		return join(path, "0")
	}
	return path
}

// in reports whether src has a value of f.
func (f *field) in(src map[string][]string) bool {
	_, ok := src[f.key(f.path)]
	return ok
}

// sharesDefault reports whether several forms can share the default of f, because a change
// in one does not change the others.
func (f *field) sharesDefault() bool {
	switch f.typ.Kind() {
	case reflect.Slice, reflect.Pointer, reflect.Array:
		return false
	case reflect.Struct:
		return f.typ == timeType
	}
	return true
}
