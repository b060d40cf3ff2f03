package dibbler

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// maxFormItems bounds each slice of structs. The sender picks the index, and
// the decoder makes all elements up to it.
const maxFormItems = 100

// A formStruct is a struct whose fields are filled in from form values.
type formStruct struct {
	fields []*formField          // with those of embedded structs
	byName map[string]*formField // by name in lower case
}

// A formField is one field of a formStruct.
type formField struct {
	name     string       // as in the form
	path     string       // name with those of the structs around it
	index    []int        // where it is in the outermost struct; nil inside slices and pointers
	typ      reflect.Type // of the field
	elem     reflect.Type // of one value
	sub      *formStruct  // what elem consists of; nil: a plain value
	slice    bool         // there can be several values
	isFile   bool
	required bool
	defaults []string

	keepBlank bool   // a blank value is a value: text
	bans      string // letters that a value must not have, though the decoder lets them pass
	spread    bool   // the decoder wants repeated values as name.0, name.1
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// all yields the plain fields of s and of the structs in it, but not of those
// in slices and behind pointers, which may not exist.
func (s *formStruct) all() iter.Seq[*formField] {
	return func(yield func(*formField) bool) {
		for _, f := range s.fields {
			if f.sub == nil && !yield(f) {
				return
			}
			if f.sub == nil || f.elem != f.typ {
				continue
			}
			for f := range f.sub.all() {
				if !yield(f) {
					return
				}
			}
		}
	}
}

// lookup finds the plain field that key is meant for, and key in the spelling
// of the fields. An unknown key finds nil. The error is for the sender.
func (s *formStruct) lookup(key string) (f *formField, path string, err error) {
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
		case errors.Is(err, strconv.ErrRange) || i >= maxFormItems:
			return nil, "", fmt.Errorf("want an item from 0 to %d", maxFormItems-1)
		case err != nil || strconv.FormatUint(i, 10) != name:
			return nil, "", nil
		}
		path = join(path, name)
	}
	return nil, "", nil
}

// source finds the field that put has put under key.
func (s *formStruct) source(key string) (f *formField, path string) {
	if f, path, _ = s.lookup(key); f == nil {
		key = key[:strings.LastIndexByte(key, '.')] // the number of a value that was spread
		f, path, _ = s.lookup(key)
	}
	return f, path
}

// put adds the values that were sent for f, which is at path, to what the
// decoder gets: the first where there is room for one only, and no blanks where
// a blank means nothing.
func (f *formField) put(src map[string][]string, path string, values []string) (bad formError) {
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
		if strings.ContainsAny(v, f.bans) {
			return formError{badField(path, v, "want "+f.want())}
		}
	}
	if !f.spread {
		src[path] = values
		return nil
	}
	for i := range values {
		src[join(path, strconv.Itoa(i))] = values[i : i+1]
	}
	return nil
}

// key returns where put puts the first value of f if f is at path.
func (f *formField) key(path string) string {
	if f.spread {
		return join(path, "0")
	}
	return path
}

// in reports whether src has a value for f.
func (f *formField) in(src map[string][]string) bool {
	_, ok := src[f.key(f.path)]
	return ok
}

// sharesDefault reports whether requests can share the default of f without one
// of them changing it for the others.
func (f *formField) sharesDefault() bool {
	switch f.typ.Kind() {
	case reflect.Slice, reflect.Pointer, reflect.Array:
		return false
	case reflect.Struct:
		return f.typ == timeType
	}
	return true
}
