package form

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
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
			return nil, "", fmt.Errorf("want an item from 0 to %d", maxItems-1)
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

// add adds the values that were sent for f, which is at path, to what the
// decoder gets: the first where f takes one only, and no blanks where they mean
// nothing.
func (f *field) add(src map[string][]string, path string, values []string) (bad FieldErrors) {
	if f.isFile {
		return nil
	}
	if !f.slice {
		values = values[:1]
	}
	if !f.keepBlank && slices.Contains(values, "") {
		values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
	}
	if len(values) == 0 {
		return nil
	}
	for _, v := range values {
		if strings.ContainsAny(v, f.forbidden) {
			return FieldErrors{badField(path, v, "want "+f.want())}
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
