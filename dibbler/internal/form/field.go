package form

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"strconv"
	"strings"
)

// maxItems bounds each slice of structs. The sender chooses the index, and the
// decoder allocates all elements up to it.
const maxItems = 100

// A structType is a struct whose fields are filled in.
type structType struct {
	fields []*field          // with those of embedded structs
	byName map[string]*field // by name in lower case
}

// A field is one field of a structType.
type field struct {
	name     string       // as in the form
	path     string       // name with those of the structs around it
	index    []int        // where it is in the outermost struct; nil inside slices and pointers
	typ      reflect.Type // of the field
	elem     reflect.Type // of one value
	sub      *structType  // the fields of elem; nil: a plain value
	slice    bool         // there can be several values
	isFile   bool
	required bool
	defaults []string

	keepBlank bool   // a blank value is a value: text
	forbidden string // letters that a value must not have, though the decoder accepts them
	indexed   bool   // the decoder wants repeated values as name.0, name.1
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// plain yields the plain fields of s and of the structs in it, but not of those
// in slices and behind pointers, which may not exist.
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

// lookup finds the plain field that key is meant for, and key in the spelling
// of the fields. For an unknown key f is nil. The error is for the sender.
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
			return nil, "", fmt.Errorf("items have the numbers 0 to %d", maxItems-1)
		case err != nil || strconv.FormatUint(i, 10) != name:
			return nil, "", nil
		}
		path = join(path, name)
	}
	return nil, "", nil
}

// byKey finds the field for which add has set key.
func (s *structType) byKey(key string) (f *field, path string) {
	if f, path, _ = s.lookup(key); f == nil {
		key = key[:strings.LastIndexByte(key, '.')] // the index of a repeated value
		f, path, _ = s.lookup(key)
	}
	return f, path
}

// choose returns those of the values sent for f that it takes, where posted are those
// in the body. A bool takes the last: a form can have a hidden field with false before
// the checkbox, which sends nothing when it is not ticked. Others take the first, and
// slices all.
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

// add adds values for f, which is at path, to what the decoder gets. Except in texts,
// blanks around values mean nothing, and blank values neither.
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

// trim returns values without blanks around them and without blank ones.
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

// in reports whether src has a value for f.
func (f *field) in(src map[string][]string) bool {
	_, ok := src[f.key(f.path)]
	return ok
}

// sharesDefault reports whether several forms can share the default of f, since
// none can change it for the others.
func (f *field) sharesDefault() bool {
	switch f.typ.Kind() {
	case reflect.Slice, reflect.Pointer, reflect.Array:
		return false
	case reflect.Struct:
		return f.typ == timeType
	}
	return true
}
