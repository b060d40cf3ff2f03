package dibbler

import (
	"encoding"
	"errors"
	"fmt"
	"mime/multipart"
	"reflect"
	"slices"
	"strings"
	"time"
)

var (
	fileType     = reflect.TypeFor[*multipart.FileHeader]()
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
	unmarshaler  = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// newFormStruct looks at the fields of typ, a struct type. The decoder passes
// over what it cannot bind, and panics at some of it, so all that is found here.
func newFormStruct(typ reflect.Type) (*formStruct, error) {
	var w structWalk
	s := w.structOf(typ, "", []int{})
	return s, errors.Join(w.errs...)
}

// A structWalk goes through a form's types and gathers what cannot be bound.
type structWalk struct {
	above []reflect.Type // the structs around the present one
	errs  []error
}

func (w *structWalk) fail(path, format string, args ...any) {
	err := fmt.Errorf(format, args...)
	if path != "" {
		err = fmt.Errorf("field %s: %w", path, err)
	}
	w.errs = append(w.errs, err)
}

// structOf walks through typ, which is at path. Its index is nil where the
// struct may not exist, or may exist more than once.
func (w *structWalk) structOf(typ reflect.Type, path string, index []int) *formStruct {
	s := &formStruct{byName: map[string]*formField{}}
	errs := len(w.errs)
	var names []formName
	w.addFields(s, &names, typ, path, index)
	for i, n := range names {
		for _, other := range names[:i] {
			if problem := n.clash(other); problem != "" {
				w.fail(join(path, n.form), "%s", problem)
			}
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

// addFields adds the fields of typ, and of the structs embedded in it, to s.
func (w *structWalk) addFields(s *formStruct, names *[]formName, typ reflect.Type, path string, index []int) {
	w.above = append(w.above, typ)
	defer func() { w.above = w.above[:len(w.above)-1] }()
	for field := range typ.Fields() {
		tag := field.Tag.Get("schema")
		name, options, _ := strings.Cut(tag, ",")
		if field.Anonymous && field.Type.Kind() == reflect.Pointer {
			// The decoder sets it in any case, or panics.
			w.fail(join(path, field.Name), "%v cannot be embedded in a form; embed the struct itself, or give the field a name", field.Type)
			continue
		}
		if name == "-" {
			continue
		}
		if name == "" {
			name = field.Name
		}
		*names = append(*names, formName{name, field, typ})
		at := within(index, field.Index)
		switch {
		case field.Anonymous && (tag != "" || field.Type.Kind() != reflect.Struct || isPlain(field.Type)):
			w.fail(join(path, name), "%v cannot be embedded in a form; embed a struct without a tag, or give the field a name", field.Type)
		case field.Anonymous && slices.Contains(w.above, field.Type):
			w.fail(join(path, name), "%v contains itself", field.Type)
		case field.Anonymous:
			w.addFields(s, names, field.Type, path, at)
		case field.IsExported():
			f := &formField{name: name, path: join(path, name), index: at, typ: field.Type}
			w.setType(f)
			w.setOptions(f, options)
			w.setDefault(f, field.Tag)
			s.fields = append(s.fields, f)
		case tag != "":
			w.fail(join(path, name), "%s is not exported, so it cannot be set", field.Name)
		case field.Type.Kind() == reflect.Struct && knotted(field.Type, w.above):
			w.fail(join(path, name), "the decoder cannot follow the pointers in %v; leave the field out with the tag %s", field.Type, `schema:"-"`)
		}
	}
}

func within(outer, index []int) []int {
	if outer == nil {
		return nil
	}
	return append(outer[:len(outer):len(outer)], index...)
}

// A formName is a name that a field has in forms and in Go.
type formName struct {
	form  string
	field reflect.StructField
	typ   reflect.Type // where the field is
}

// clash says why n and other cannot be fields of one form, if so. The decoder
// looks for fields by their name, first in the form and then in Go, and it sees
// unexported and shadowed ones.
func (n formName) clash(other formName) string {
	switch {
	case !n.field.IsExported() && !other.field.IsExported():
	case strings.EqualFold(n.form, other.form):
		return fmt.Sprintf("%v.%s has the same name; rename one in its schema tag, or leave one out with the tag %s", other.typ, other.field.Name, `schema:"-"`)
	case n.field.Name == other.field.Name:
		return fmt.Sprintf("%v.%s has the same name in Go; rename one", other.typ, other.field.Name)
	}
	return ""
}

func (w *structWalk) setOptions(f *formField, options string) {
	if strings.Contains(f.name, ".") {
		w.fail(f.path, "a form name cannot have a dot; dots lead into structs")
	}
	for option := range strings.SplitSeq(options, ",") {
		switch {
		case option == "":
		case option == "required" && f.sub != nil:
			w.fail(f.path, "a struct cannot be required; mark its fields")
		case option == "required" && f.index == nil:
			w.fail(f.path, "a field inside a slice or behind a pointer cannot be required")
		case option == "required":
			f.required = true
		case strings.HasPrefix(option, "default:"):
			w.fail(f.path, "the schema tag's default option also replaces a submitted zero; use a tag of its own, default:%q", strings.TrimPrefix(option, "default:"))
		default:
			w.fail(f.path, "unknown option %q in the schema tag; want required", option)
		}
	}
}

func (w *structWalk) setDefault(f *formField, tag reflect.StructTag) {
	text, ok := tag.Lookup("default")
	switch {
	case !ok:
	case f.sub != nil || f.isFile:
		w.fail(f.path, "%v cannot have a default", f.typ)
	case f.required:
		w.fail(f.path, "a required field cannot have a default")
	case f.index == nil:
		w.fail(f.path, "a field inside a slice or behind a pointer cannot have a default")
	case f.slice:
		f.defaults = strings.Split(text, "|")
	default:
		f.defaults = []string{text}
	}
}

// setType decides how values get into f.
func (w *structWalk) setType(f *formField) {
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
	case misfit(f.typ, f.elem):
		w.fail(f.path, "no form value fits %v%s", f.typ, insteadOf(f.typ))
	case isPlain(f.elem):
		w.setPlain(f)
	case kind == reflect.Struct && slices.Contains(w.above, f.elem):
		w.fail(f.path, "%v contains itself", f.elem)
	case kind == reflect.Struct:
		path := f.path
		if f.slice {
			path = join(path, "0")
		}
		f.sub = w.structOf(f.elem, path, inner)
	}
}

// setPlain decides which values f, whose element is plain, takes.
func (w *structWalk) setPlain(f *formField) {
	kind := f.elem.Kind()
	if kind == reflect.Struct {
		f.spread = f.slice
		if knotted(f.elem, nil) {
			w.fail(f.path, "the decoder cannot follow the pointers in %v; use a string", f.elem)
		}
		return
	}
	if unmarshals(f.elem) {
		return
	}
	f.keepBlank = kind == reflect.String
	if kind == reflect.Float32 || kind == reflect.Float64 {
		f.bans = "nN" // NaN and Inf, which no person means
	}
	if f.slice && kind != reflect.String {
		f.bans += "," // 1,5 would be 1 and 5
	}
}

// isPlain reports whether one form value makes a value of type t.
func isPlain(t reflect.Type) bool {
	if t == timeType {
		return true
	}
	if unmarshals(t) {
		// The decoder has a look at what the type is made of all the same.
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

// misfit reports whether values of type elem cannot get into a field of type t.
func misfit(t, elem reflect.Type) bool {
	if t.Kind() == reflect.Slice && t != elem {
		switch elem.Kind() {
		case reflect.Slice, reflect.Array:
			return true
		case reflect.Uint8:
			return !unmarshals(elem) // text, to everybody but the decoder
		}
	}
	return elem == fileType.Elem() || elem.Kind() != reflect.Struct && !isPlain(elem)
}

// insteadOf says what to use in place of t.
func insteadOf(t reflect.Type) string {
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

// knotted reports whether t, a struct that is not filled in from form values,
// has pointers that lead back to it or to the structs above it, or embedded ones
// that only its package can set. The decoder follows the first for ever and
// panics at the second.
func knotted(t reflect.Type, above []reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return false
	}
	if slices.Contains(above, t) {
		return true
	}
	above = append(above, t)
	for field := range t.Fields() {
		sets := field.IsExported() && len(above) == 1
		if field.Anonymous && field.Type.Kind() == reflect.Pointer && !sets || knotted(field.Type, above) {
			return true
		}
	}
	return false
}
