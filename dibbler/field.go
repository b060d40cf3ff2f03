package dibbler

import (
	"encoding"
	"errors"
	"fmt"
	"iter"
	"mime/multipart"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/schema"
)

// A formStruct is a struct whose fields are filled in from form values.
type formStruct struct {
	typ    reflect.Type
	fields []*formField
	byName map[string]*formField // by name in lower case
}

// A formField is one field of a formStruct.
type formField struct {
	name      string // as in the form
	path      string // name with those of the structs around it
	index     []int  // where it is in the outermost struct; nil inside slices and pointers
	typ       reflect.Type
	sub       *formStruct // the struct, or the element of the slice of structs; nil: a plain value
	isFile    bool
	required  bool
	keepBlank bool // a blank value is a value: text
	spread    bool // the decoder wants repeated values as name.0, name.1
	defaults  []string
}

var (
	fileType     = reflect.TypeFor[*multipart.FileHeader]()
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
	unmarshaler  = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// newFormStruct looks at the fields of typ, a struct type.
func newFormStruct(typ reflect.Type) (*formStruct, error) {
	w := structWalk{above: map[reflect.Type]bool{}}
	s := w.structOf(typ, "", []int{})
	return s, errors.Join(w.errs...)
}

// A structWalk goes through a form's types and gathers what cannot be bound.
type structWalk struct {
	above map[reflect.Type]bool // the structs around the present one
	errs  []error
}

func (w *structWalk) fail(path, format string, args ...any) {
	w.errs = append(w.errs, fmt.Errorf("field %s: %s", path, fmt.Sprintf(format, args...)))
}

// structOf walks through typ, which is at path. Its index is nil where the
// struct may not exist, or may exist more than once, before there are values.
func (w *structWalk) structOf(typ reflect.Type, path string, index []int) *formStruct {
	s := &formStruct{typ: typ, byName: map[string]*formField{}}
	w.above[typ] = true
	defer delete(w.above, typ)
	w.addFields(s, typ, path, index)
	for _, f := range s.fields {
		key := strings.ToLower(f.name)
		if _, taken := s.byName[key]; !taken {
			s.byName[key] = f
		}
	}
	return s
}

// addFields adds the fields of typ to s, those of embedded structs after its
// own, so that the outer one of two of the same name is found.
func (w *structWalk) addFields(s *formStruct, typ reflect.Type, path string, index []int) {
	var embedded []reflect.StructField
	for field := range typ.Fields() {
		tag := field.Tag.Get("schema")
		if tag == "-" {
			continue
		}
		elem := field.Type
		if elem.Kind() == reflect.Pointer {
			elem = elem.Elem()
		}
		if field.Anonymous && tag == "" && elem.Kind() == reflect.Struct && !isPlain(elem) {
			embedded = append(embedded, field)
			continue
		}
		if !field.IsExported() {
			continue
		}
		if f := w.field(field, path, index); f != nil {
			s.fields = append(s.fields, f)
		}
	}
	for _, field := range embedded {
		elem, at := field.Type, within(index, field.Index)
		if elem.Kind() == reflect.Pointer {
			elem, at = elem.Elem(), nil
			if !field.IsExported() {
				w.fail(join(path, field.Name), "an embedded pointer to an unexported struct cannot be set; embed the struct itself")
				continue
			}
		}
		if w.above[elem] {
			w.fail(join(path, field.Name), "%v contains itself", elem)
			continue
		}
		w.above[elem] = true
		w.addFields(s, elem, path, at)
		delete(w.above, elem)
	}
}

func (w *structWalk) field(field reflect.StructField, path string, index []int) *formField {
	name, options, _ := strings.Cut(field.Tag.Get("schema"), ",")
	if name == "" {
		name = field.Name
	}
	f := &formField{name: name, path: join(path, name), typ: field.Type, index: within(index, field.Index)}
	if strings.Contains(name, ".") {
		w.fail(f.path, "a form name cannot have a dot; dots lead into structs")
		return nil
	}
	for option := range strings.SplitSeq(options, ",") {
		switch {
		case option == "required":
			f.required = true
		case strings.HasPrefix(option, "default:"):
			w.fail(f.path, "the schema tag's default option also replaces a submitted zero; use a tag of its own, default:%q", strings.TrimPrefix(option, "default:"))
			return nil
		case option != "":
			w.fail(f.path, "unknown option %q in the schema tag; want required", option)
			return nil
		}
	}
	w.setType(f)
	if text, ok := field.Tag.Lookup("default"); ok {
		switch {
		case f.sub != nil || f.isFile:
			w.fail(f.path, "%v cannot have a default", f.typ)
		case f.required:
			w.fail(f.path, "a required field cannot have a default")
		case f.index == nil:
			w.fail(f.path, "a default inside a slice or behind a pointer is never used")
		case f.isSlice():
			f.defaults = strings.Split(text, "|")
		default:
			f.defaults = []string{text}
		}
	}
	return f
}

// setType decides how values get into f.
func (w *structWalk) setType(f *formField) {
	if f.typ == fileType || f.typ.Kind() == reflect.Slice && f.typ.Elem() == fileType {
		f.isFile = true
		if f.index == nil {
			w.fail(f.path, "a file inside a slice or behind a pointer cannot be bound")
		}
		return
	}
	elem, inner := f.typ, f.index
	pointer := elem.Kind() == reflect.Pointer
	if pointer {
		elem, inner = elem.Elem(), nil
	}
	slice := !pointer && elem.Kind() == reflect.Slice && !isPlain(elem)
	if slice {
		elem, inner = elem.Elem(), nil
		if elem.Kind() == reflect.Pointer && elem.Elem().Kind() == reflect.Struct && !isPlain(elem.Elem()) {
			elem = elem.Elem()
		}
	}
	switch {
	case slice && (elem.Kind() == reflect.Slice || elem.Kind() == reflect.Array):
		w.fail(f.path, "no form value fits %v", f.typ)
	case isPlain(elem):
		f.keepBlank = elem.Kind() == reflect.String && !reflect.PointerTo(elem).Implements(unmarshaler)
		f.spread = slice && elem.Kind() == reflect.Struct
	case elem.Kind() == reflect.Struct && w.above[elem]:
		w.fail(f.path, "%v contains itself", elem)
	case elem.Kind() == reflect.Struct:
		path := f.path
		if slice {
			path = join(path, "0")
		}
		f.sub = w.structOf(elem, path, inner)
		if f.required {
			w.fail(f.path, "a struct cannot be required; mark its fields")
		}
	default:
		w.fail(f.path, "no form value fits %v", f.typ)
	}
}

// isPlain reports whether one form value makes a value of type t.
func isPlain(t reflect.Type) bool {
	if t == timeType {
		return true
	}
	if reflect.PointerTo(t).Implements(unmarshaler) {
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

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func within(outer, index []int) []int {
	if outer == nil {
		return nil
	}
	return append(outer[:len(outer):len(outer)], index...)
}

// all yields the plain fields of s and of the structs in it, but not of those
// in slices.
func (s *formStruct) all() iter.Seq[*formField] {
	return func(yield func(*formField) bool) {
		for _, f := range s.fields {
			switch {
			case f.sub == nil:
				if !yield(f) {
					return
				}
			case !f.isSlice():
				for f := range f.sub.all() {
					if !yield(f) {
						return
					}
				}
			}
		}
	}
}

// lookup finds the field that key is meant for, and key's path in the spelling
// of the fields. An unknown key finds nil. The error is for the sender.
func (s *formStruct) lookup(key string) (f *formField, path string, err error) {
	rest := key
	for {
		var name string
		name, rest, _ = strings.Cut(rest, ".")
		if f = s.byName[strings.ToLower(name)]; f == nil {
			return nil, "", nil
		}
		path = join(path, f.name)
		if f.sub == nil {
			if rest != "" && !f.spread {
				return nil, "", nil
			}
			return f, path, nil
		}
		if f.isSlice() {
			var digits string
			digits, rest, _ = strings.Cut(rest, ".")
			i, err := strconv.ParseUint(digits, 10, 31)
			if errors.Is(err, strconv.ErrSyntax) {
				return nil, "", nil
			}
			if err != nil || i >= maxFormItems {
				return nil, "", fmt.Errorf("item %s is one too many; want items 0 to %d", digits, maxFormItems-1)
			}
			path = join(path, strconv.FormatUint(i, 10))
		}
		s = f.sub
	}
}

func (f *formField) isSlice() bool {
	return f.typ.Kind() == reflect.Slice && !reflect.PointerTo(f.typ).Implements(unmarshaler)
}

// elem returns the type of one value of f.
func (f *formField) elem() reflect.Type {
	if f.typ.Kind() == reflect.Pointer || f.isSlice() {
		return f.typ.Elem()
	}
	return f.typ
}

// sharesDefault reports whether requests can share the default of f without one
// of them changing it for the others.
func (f *formField) sharesDefault() bool {
	switch f.typ.Kind() {
	case reflect.Slice, reflect.Pointer:
		return false
	case reflect.Struct:
		return f.typ == timeType
	}
	return true
}

func (f *formField) isFloat() bool {
	k := f.elem().Kind()
	return k == reflect.Float32 || k == reflect.Float64
}

// put adds the values of f, which is at path, to what the decoder gets. The
// decoder takes a slice of times for one of structs and wants it spread.
func (f *formField) put(src map[string][]string, path string, values []string) {
	if !f.spread {
		src[path] = values
		return
	}
	for i, v := range values[:min(len(values), maxFormItems)] {
		src[join(path, strconv.Itoa(i))] = []string{v}
	}
}

// want says what a value of f looks like.
func (f *formField) want() string {
	t := f.elem()
	switch {
	case f.isFile:
		return "a file"
	case t == timeType:
		return "a date or time such as 2006-01-02, 2006-01-02T15:04, 2006-01 or 15:04"
	case t == durationType:
		return "a duration such as 90s or 1h30m"
	case reflect.PointerTo(t).Implements(unmarshaler):
		return "a value of its kind"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number such as 1.5"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return fmt.Sprintf("a whole number from 0 to %d", ^uint64(0)>>(64-t.Bits()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		top := int64(^uint64(0) >> (65 - t.Bits()))
		return fmt.Sprintf("a whole number from %d to %d", -top-1, top)
	}
	return "text"
}

// wantBecause says what a value of f looks like when err, which may be nil, came
// of the one there was. An author's own type knows best.
func (f *formField) wantBecause(err error) string {
	if err != nil {
		return err.Error()
	}
	return "want " + f.want()
}

// timeLayouts are what browsers send for date, datetime-local, month and time
// inputs, and what programs send. A time zone that is not said is the local one.
var timeLayouts = []string{
	"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01", "15:04", "15:04:05", time.RFC3339,
}

func newDecoder() *schema.Decoder {
	d := schema.NewDecoder()
	d.IgnoreUnknownKeys(true)
	d.ZeroEmpty(true)
	d.MaxSize(maxFormItems)
	d.RegisterConverter(time.Time{}, func(s string) reflect.Value {
		for _, layout := range timeLayouts {
			if t, err := time.ParseInLocation(layout, s, time.Local); err == nil {
				return reflect.ValueOf(t)
			}
		}
		return reflect.Value{}
	})
	d.RegisterConverter(time.Duration(0), func(s string) reflect.Value {
		if v, err := time.ParseDuration(s); err == nil {
			return reflect.ValueOf(v)
		}
		return reflect.Value{}
	})
	return d
}
