package web

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A settingsField is a field of a struct that the settings page shows.
type settingsField struct {
	name     string // the name in the form
	index    []int
	kind     string // the type of the input element
	step     string
	label    string
	help     string
	choices  []string
	required bool // whether a blank text is not the zero value
}

// settingsFields returns the fields of a struct that the settings page shows: all
// exported fields that the schema tag does not exclude.
func settingsFields(typ reflect.Type) (fields []settingsField, err error) {
	if typ.Kind() != reflect.Struct {
		return nil, fmt.Errorf("%v is not a struct", typ)
	}
	for _, sf := range reflect.VisibleFields(typ) {
		name, options, _ := strings.Cut(sf.Tag.Get("schema"), ",")
		if sf.Anonymous || !sf.IsExported() || name == "-" {
			continue
		}
		f := settingsField{name: name, index: sf.Index, label: sf.Tag.Get("label"), help: sf.Tag.Get("help")}
		if f.name == "" {
			f.name = sf.Name
		}
		if f.label == "" {
			f.label = sf.Name
		}
		if choices, ok := sf.Tag.Lookup("choices"); ok {
			f.choices = strings.Split(choices, "|")
		}
		if f.kind, f.step = inputType(sf.Type); f.kind == "" {
			return nil, fmt.Errorf("field %s is a %v; a setting is a bool, a number, a string, a time.Duration, a time.Time or a type with MarshalText and UnmarshalText; exclude others with the tag %s", sf.Name, sf.Type, `schema:"-"`)
		}
		zero := reflect.New(sf.Type).Elem()
		f.required = f.kind != "checkbox" && (textOf(zero) != "" || slices.Contains(strings.Split(options, ","), "required"))
		fields = append(fields, f)
	}
	return fields, nil
}

var (
	timeType      = reflect.TypeFor[time.Time]()
	durationType  = reflect.TypeFor[time.Duration]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	textSetter    = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// inputType returns the type and the step of the input element for values of type t.
func inputType(t reflect.Type) (kind, step string) {
	pointer := reflect.PointerTo(t)
	switch {
	case t == timeType:
		return "date", ""
	case t == durationType || pointer.Implements(textMarshaler) && pointer.Implements(textSetter):
		return "text", ""
	case pointer.Implements(textSetter):
		return "", "" // its value cannot be shown
	}
	switch t.Kind() {
	case reflect.Bool:
		return "checkbox", ""
	case reflect.String:
		return "text", ""
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "number", "1"
	case reflect.Float32, reflect.Float64:
		return "number", "any"
	}
	return "", ""
}

// textOf returns the text of v on the page. The text of false is empty.
func textOf(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case time.Time:
		if x.IsZero() {
			return ""
		}
		return x.Format(time.DateOnly)
	case time.Duration:
		return durationText(x)
	}
	pointer := reflect.New(v.Type())
	pointer.Elem().Set(v)
	if m, ok := pointer.Interface().(encoding.TextMarshaler); ok {
		text, err := m.MarshalText()
		if err != nil {
			return ""
		}
		return string(text)
	}
	switch {
	case v.Kind() == reflect.Bool && v.Bool():
		return "on"
	case v.Kind() == reflect.Bool:
		return ""
	case v.CanFloat():
		return strconv.FormatFloat(v.Float(), 'f', -1, v.Type().Bits())
	}
	return fmt.Sprint(v)
}

// durationText formats d without unnecessary zeros, as in 1h for 1h0m0s.
func durationText(d time.Duration) string {
	return strings.Replace(strings.Replace(d.String(), "m0s", "m", 1), "h0m", "h", 1)
}
