package form

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// newStructType returns the fields of typ, a struct type, and the types for which the
// decoder needs a converter. It returns an error if a field cannot be set, because the
// decoder ignores such a field or panics.
func newStructType(typ reflect.Type) (s *structType, elems []reflect.Type, err error) {
	var w structWalk
	s = w.structOf(typ, "", []int{})
	return s, w.elems, errors.Join(w.errs...)
}

// A structWalk walks through the types of a form and collects errors.
type structWalk struct {
	parents []reflect.Type // the outer structs
	elems   []reflect.Type // the element types of slices that are arrays or slices
	errs    []error
}

func (w *structWalk) fail(path, format string, args ...any) {
	err := fmt.Errorf(format, args...)
	if path != "" {
		err = fmt.Errorf("field %s: %w", path, err)
	}
	w.errs = append(w.errs, err)
}

// structOf walks through typ, which is at path. index is nil if the struct may not exist or
// may exist more than once.
func (w *structWalk) structOf(typ reflect.Type, path string, index []int) *structType {
	s := &structType{byName: map[string]*field{}}
	errs := len(w.errs)
	var names []fieldName
	w.addFields(s, &names, typ, path, index, []int{})
	for i, n := range names {
		for _, other := range names[:i] {
			if problem := n.clash(other); problem != "" {
				w.fail(join(path, n.form), "%s", problem)
			}
		}
		if n.isHidden(typ, names) {
			w.fail(join(path, n.form), "a field that is left out has the name %s in Go too; rename one", n.field.Name)
		}
	}
	if len(s.fields) == 0 && len(w.errs) == errs {
		w.fail(path, "%v has no field that a form could fill in", typ)
	}
	for _, f := range s.fields {
		s.byName[strings.ToLower(f.name)] = f
	}
	return s
}

// addFields adds the fields of typ, and of the structs embedded in it, to s, which is at
// index. inner is the index of typ in s.
func (w *structWalk) addFields(s *structType, names *[]fieldName, typ reflect.Type, path string, index, inner []int) {
	w.parents = append(w.parents, typ)
	defer func() { w.parents = w.parents[:len(w.parents)-1] }()
	for sf := range typ.Fields() {
		tag := sf.Tag.Get("schema")
		name, options, _ := strings.Cut(tag, ",")
		if sf.Anonymous && sf.Type.Kind() == reflect.Pointer {
			// The decoder sets it even if its tag is "-", or panics.
			w.fail(join(path, sf.Name), "%v cannot be embedded in a form; embed the struct itself, or give the field a name", sf.Type)
			continue
		}
		if name == "-" {
			continue
		}
		if name == "" {
			name = sf.Name
		}
		here := within(inner, sf.Index)
		*names = append(*names, fieldName{name, sf, typ, here})
		switch {
		case sf.Anonymous && (tag != "" || sf.Type.Kind() != reflect.Struct || isPlain(sf.Type)):
			w.fail(join(path, name), "%v cannot be embedded in a form; embed a struct without a tag, or give the field a name", sf.Type)
		case sf.Anonymous && slices.Contains(w.parents, sf.Type):
			w.fail(join(path, name), "%v contains itself", sf.Type)
		case sf.Anonymous:
			w.addFields(s, names, sf.Type, path, index, here)
		case sf.IsExported():
			f := &field{name: name, path: join(path, name), index: within(index, here), typ: sf.Type}
			w.setType(f)
			w.setOptions(f, options)
			w.setDefault(f, sf.Tag)
			s.fields = append(s.fields, f)
		case tag != "":
			w.fail(join(path, name), "%s is not exported, so it cannot be set", sf.Name)
		case sf.Type.Kind() == reflect.Struct && hasUnsafePointers(sf.Type, w.parents):
			w.fail(join(path, name), "the decoder cannot follow the pointers in %v; leave the field out with the tag %s", sf.Type, `schema:"-"`)
		}
	}
}

func within(outer, index []int) []int {
	if outer == nil {
		return nil
	}
	return append(outer[:len(outer):len(outer)], index...)
}

// setType sets the type, the element type and the kind of f.
func (w *structWalk) setType(f *field) {
	inner := f.index
	f.elem = f.typ
	switch k := f.typ.Kind(); {
	case f.typ == fileType || isPlain(f.typ):
	case k == reflect.Pointer:
		f.elem, inner = f.typ.Elem(), nil
	case k == reflect.Slice:
		f.elem, inner, f.slice = f.typ.Elem(), nil, true
	}
	kind := f.elem.Kind()
	switch {
	case f.elem == fileType && (f.slice || f.typ == fileType):
		f.isFile = true
		if f.index == nil {
			w.fail(f.path, "a file inside a slice or behind a pointer cannot be bound")
		}
	case unsupported(f.typ, f.elem):
		w.fail(f.path, "no form value fits %v%s", f.typ, suggestion(f.typ))
	case isPlain(f.elem):
		w.setPlain(f)
	case kind == reflect.Struct && slices.Contains(w.parents, f.elem):
		w.fail(f.path, "%v contains itself", f.elem)
	case kind == reflect.Struct:
		path := f.path
		if f.slice {
			path = join(path, "0")
		}
		f.sub = w.structOf(f.elem, path, inner)
	}
}
