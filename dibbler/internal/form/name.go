package form

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// A fieldName has the names of a field in the form and in Go.
type fieldName struct {
	form  string
	field reflect.StructField
	typ   reflect.Type // the struct with the field
	index []int        // of the field in the outer struct
}

// clash returns the reason why n and other cannot be in the same form, or "". The decoder
// looks a field up by its name in the form, and then by its name in Go, including unexported
// and shadowed fields.
func (n fieldName) clash(other fieldName) string {
	switch {
	case !n.field.IsExported() && !other.field.IsExported():
	case strings.EqualFold(n.form, other.form):
		return fmt.Sprintf("%v.%s has the same name; rename one in its schema tag, or leave one out with the tag %s", other.typ, other.field.Name, `schema:"-"`)
	case n.field.Name == other.field.Name:
		return fmt.Sprintf("%v.%s has the same name in Go; rename one", other.typ, other.field.Name)
	}
	return ""
}

// isHidden reports whether the decoder would set another field of outer than n, which it
// finds by its name in Go: one that is left out of the form, and so is not in names.
func (n fieldName) isHidden(outer reflect.Type, names []fieldName) bool {
	found, _ := outer.FieldByName(n.field.Name)
	return !slices.Equal(found.Index, n.index) && !slices.ContainsFunc(names, func(other fieldName) bool {
		return other.field.Name == n.field.Name && !slices.Equal(other.index, n.index)
	})
}

// setOptions applies the options in the schema tag.
func (w *structWalk) setOptions(f *field, options string) {
	if strings.Contains(f.name, ".") {
		w.fail(f.path, "the name in the schema tag cannot have a dot; dots are for fields of structs")
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

// setDefault applies the default tag.
func (w *structWalk) setDefault(f *field, tag reflect.StructTag) {
	text, ok := tag.Lookup("default")
	switch {
	case !ok:
	case f.sub != nil || f.isFile:
		w.fail(f.path, "%v cannot have a default", f.typ)
	case f.required:
		w.fail(f.path, "a required field cannot have a default")
	case f.index == nil:
		w.fail(f.path, "a field inside a slice or behind a pointer cannot have a default")
	case f.isBool() && !f.slice && (text == "on" || parsesTrue(text)):
		w.fail(f.path, "the default cannot be true, because browsers send nothing for an unchecked box; invert the meaning of the field, or use *bool without a default")
	case f.slice:
		f.defaults = strings.Split(text, "|")
	default:
		f.defaults = []string{text}
	}
}

func parsesTrue(text string) bool {
	v, err := strconv.ParseBool(text)
	return err == nil && v
}
