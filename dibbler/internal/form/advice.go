package form

import (
	"fmt"
	"reflect"
	"strings"
	"unicode"
	"unicode/utf8"
)

// missingText returns the error for a missing value of f.
func (f *field) missingText() string {
	if f.isFile {
		return "Choose a file."
	}
	return "Fill this in."
}

// advice returns the error for value, which cannot be parsed: a sentence that tells the user
// what to enter.
func (f *field) advice(value string) string {
	switch t := f.elem; {
	case t == timeType:
		return "Enter a date such as 2026-12-31, a time such as 15:30, or both as 2026-12-31T15:30."
	case t == durationType:
		return "Enter a duration such as 90s or 1h30m."
	case unmarshals(t):
		return "Enter something else." // its UnmarshalText has returned no error
	}
	switch f.elem.Kind() {
	case reflect.Bool:
		return "Enter true or false."
	case reflect.Float32, reflect.Float64:
		return "Enter a number such as 1.5."
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if f.elem.Bits() < 64 {
			top := int64(1)<<(f.elem.Bits()-1) - 1
			return fmt.Sprintf("Enter a whole number from %d to %d.", -top-1, top)
		}
		return "Enter a whole number" + atMost(value, 18)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if f.elem.Bits() < 64 {
			return fmt.Sprintf("Enter a whole number from 0 to %d.", uint64(1)<<f.elem.Bits()-1)
		}
		return "Enter a whole number, 0 or more" + atMost(value, 19)
	}
	return "Enter text."
}

// atMost returns the end of an advice, with the maximum number of digits if value has more.
func atMost(value string, digits int) string {
	if len(value) > digits && strings.Trim(value, "+-0123456789") == "" {
		return fmt.Sprintf(", with at most %d digits.", digits)
	}
	return "."
}

// sentence returns the text of err, an error of UnmarshalText, as a sentence: with a capital
// letter and a full stop. If the first word is not only letters, such as strconv.Atoi:, it
// is not capitalised.
func sentence(err error) string {
	text := err.Error()
	if text == "" {
		return ""
	}
	word, _, _ := strings.Cut(text, " ")
	if first, size := utf8.DecodeRuneInString(text); !strings.ContainsFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }) {
		text = string(unicode.ToUpper(first)) + text[size:]
	}
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
