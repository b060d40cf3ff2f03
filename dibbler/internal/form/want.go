package form

import (
	"fmt"
	"reflect"
)

// want says what a value of f looks like.
func (f *field) want() string {
	switch t := f.elem; {
	case f.isFile:
		return "a file"
	case t == timeType:
		return "a date or time such as 2006-01-02, 2006-01-02T15:04, 2006-01 or 15:04"
	case t == durationType:
		return "a duration such as 90s or 1h30m"
	case unmarshals(t):
		return "a value of its kind"
	}
	switch f.elem.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number such as 1.5"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if f.elem.Bits() == 64 {
			return "a whole number of at most 18 digits"
		}
		top := int64(1)<<(f.elem.Bits()-1) - 1
		return fmt.Sprintf("a whole number from %d to %d", -top-1, top)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if f.elem.Bits() == 64 {
			return "a whole number, not negative, of at most 19 digits"
		}
		return fmt.Sprintf("a whole number from 0 to %d", uint64(1)<<f.elem.Bits()-1)
	}
	return "text"
}
