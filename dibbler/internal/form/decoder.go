package form

import (
	"encoding"
	"errors"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/gorilla/schema"
)

// newDecoder returns a decoder for the values that browsers send. types are types that
// implement encoding.TextUnmarshaler and need a converter.
func newDecoder(types []reflect.Type) *schema.Decoder {
	d := schema.NewDecoder()
	d.ZeroEmpty(true) // a blank string replaces a default, and is an element of a slice
	d.RegisterConverter(time.Time{}, converter(parseLocalTime))
	d.RegisterConverter(time.Duration(0), converter(time.ParseDuration))
	for _, t := range types {
		d.RegisterConverter(reflect.Zero(t).Interface(), func(s string) reflect.Value {
			v := reflect.New(t)
			if unmarshal(v, s) != nil {
				return reflect.Value{}
			}
			return v.Elem()
		})
	}
	return d
}

// unmarshal calls UnmarshalText of v, a pointer.
func unmarshal(v reflect.Value, s string) error {
	return v.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s))
}

// converter returns parse as a Converter.
func converter[T any](parse func(string) (T, error)) schema.Converter {
	return func(s string) reflect.Value {
		v, err := parse(s)
		if err != nil {
			return reflect.Value{}
		}
		return reflect.ValueOf(v)
	}
}

// decode decodes src into form. It returns one error for each field, in order and with a
// text for users, unlike the decoder.
func (b *Binder) decode(form reflect.Value, src map[string][]string) (bad FieldErrors, err error) {
	err = b.decoder.Decode(form.Interface(), src)
	found, ok := errors.AsType[schema.MultiError](err)
	if !ok {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(found)) {
		err := found[key]
		if _, ok := errors.AsType[schema.EmptyFieldError](err); ok {
			continue // the method missing reports required fields, including files
		}
		conv, ok := errors.AsType[schema.ConversionError](err)
		if !ok {
			bad = append(bad, badField(key, "", sentence(err)))
			continue
		}
		f, path := b.root.byKey(key)
		if bad.has(path) {
			continue // an earlier value of a slice is bad too
		}
		value := src[key][max(conv.Index, 0)] // the index is -1 where there is one value
		problem := conv.Err
		if problem == nil && f.elem != timeType && unmarshals(f.elem) {
			problem = unmarshal(reflect.New(f.elem), value) // the converter could not return the error
		}
		if problem != nil {
			bad = append(bad, badField(path, value, sentence(problem)))
		} else {
			bad = append(bad, badField(path, value, f.advice(value)))
		}
	}
	return bad, nil
}
