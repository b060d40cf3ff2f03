package form

import (
	"encoding"
	"fmt"
	"mime/multipart"
	"reflect"
	"slices"
	"time"
)

var (
	fileType     = reflect.TypeFor[*multipart.FileHeader]()
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
	unmarshaler  = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// isPlain reports whether a value of type t is set from one form value.
func isPlain(t reflect.Type) bool {
	if t == timeType {
		return true
	}
	if unmarshals(t) {
		// The decoder checks the type of the elements too.
		if k := t.Kind(); k == reflect.Slice || k == reflect.Array {
			t = t.Elem()
		}
		if t.Kind() == reflect.Struct {
			return true
		}
	}
	switch t.Kind() {
	case reflect.Bool, reflect.String,
		reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64,
		reflect.Float32, reflect.Float64:
		return true
	}
	return false
}

func unmarshals(t reflect.Type) bool { return reflect.PointerTo(t).Implements(unmarshaler) }

// setPlain sets the rules for the values of f, whose element is plain.
func (w *structWalk) setPlain(f *field) {
	kind := f.elem.Kind()
	if kind == reflect.Struct {
		f.indexed = f.slice
		if hasUnsafePointers(f.elem, nil) {
			w.fail(f.path, "the decoder cannot follow the pointers in %v; use a string", f.elem)
		}
		return
	}
	if unmarshals(f.elem) {
		if f.slice && (kind == reflect.Array || kind == reflect.Slice) {
			f.indexed = f.elem.Elem().Kind() == reflect.Struct
			w.elems = append(w.elems, f.elem)
		}
		return
	}
	f.keepBlank = kind == reflect.String
	if kind == reflect.Float32 || kind == reflect.Float64 {
		f.forbidden = "nN" // the decoder accepts NaN and Inf
	}
	if f.slice && kind != reflect.String {
		f.forbidden += "," // the decoder splits 1,5 into 1 and 5
	}
}

// unsupported reports whether a field of type t, whose values are of type elem, cannot be
// set.
func unsupported(t, elem reflect.Type) bool {
	if t.Kind() == reflect.Slice && elem.Kind() == reflect.Uint8 && t != elem && !unmarshals(elem) {
		return true // authors mean text, but the decoder parses numbers
	}
	return elem == fileType.Elem() || elem.Kind() != reflect.Struct && !isPlain(elem)
}

// suggestion returns the end of an error text that says what to use in place of t.
func suggestion(t reflect.Type) string {
	switch {
	case t == fileType.Elem() || t == reflect.TypeFor[multipart.File]():
		return "; want *multipart.FileHeader"
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		return "; want a string, or *multipart.FileHeader for a file"
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Pointer:
		return fmt.Sprintf("; want []%v", t.Elem().Elem())
	}
	return ""
}

// hasUnsafePointers reports whether t, a struct whose fields are not set from form values,
// has a pointer to itself or to an outer struct, which the decoder follows for ever, or an
// embedded pointer that only its package can set, at which the decoder panics.
func hasUnsafePointers(t reflect.Type, parents []reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return false
	}
	if slices.Contains(parents, t) {
		return true
	}
	parents = append(parents, t)
	for field := range t.Fields() {
		settable := field.IsExported() && len(parents) == 1
		if field.Anonymous && field.Type.Kind() == reflect.Pointer && !settable || hasUnsafePointers(field.Type, parents) {
			return true
		}
	}
	return false
}
