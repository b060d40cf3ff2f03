package saved

import (
	"reflect"
	"strings"
)

// merge applies the changes from was to is to file and returns the result. was and is are
// the parts of file that the program knows, before and after the changes.
//
// Unchanged values keep their form in file, and objects keep the keys that are in neither
// was nor is. In a list, the elements before and after the changed elements keep their
// unknown keys. The changed elements keep theirs, by position, if their number does not
// change.
func merge(file, was, is any) any {
	if reflect.DeepEqual(was, is) {
		return file
	}
	switch is := is.(type) {
	case object:
		file, ok := file.(object)
		was, known := was.(object)
		if ok && known {
			return mergeObjects(file, was, is)
		}
	case []any:
		file, ok := file.([]any)
		was, known := was.([]any)
		if ok && known && len(file) == len(was) {
			return mergeLists(file, was, is)
		}
	}
	return is
}

func mergeObjects(file, was, is object) object {
	merged := object{}
	for key, value := range file {
		_, known := spelling(key, was)
		if !known { // or was omits it, because its value is empty
			_, known = spelling(key, is)
		}
		if !known {
			merged[key] = value
		}
	}
	for key, value := range is {
		old, known := was[key]
		if !known {
			merged[key] = value
			continue
		}
		if spelt, ok := spelling(key, file); ok {
			merged[key] = merge(file[spelt], old, value)
		} else if !reflect.DeepEqual(old, value) {
			merged[key] = value
		}
	}
	return merged
}

// spelling returns the key in o that package encoding/json uses for key. It ignores case.
func spelling(key string, o object) (string, bool) {
	if _, ok := o[key]; ok {
		return key, true
	}
	for other := range o {
		if strings.EqualFold(other, key) {
			return other, true
		}
	}
	return "", false
}

func mergeLists(file, was, is []any) []any {
	start, shorter := 0, min(len(was), len(is))
	for start < shorter && reflect.DeepEqual(was[start], is[start]) {
		start++
	}
	end := 0 // the number of equal elements at the end
	for end < shorter-start && reflect.DeepEqual(was[len(was)-1-end], is[len(is)-1-end]) {
		end++
	}
	merged := append([]any{}, file[:start]...)
	for i := start; i < len(is)-end; i++ {
		if len(is) == len(was) {
			merged = append(merged, merge(file[i], was[i], is[i]))
		} else {
			merged = append(merged, is[i])
		}
	}
	return append(merged, file[len(file)-end:]...)
}
