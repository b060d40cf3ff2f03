package form

import (
	"slices"
	"strings"
)

// A match is the values that were sent for one field: texts or files.
type match[V any] struct {
	field  *field
	key    string // as it was sent
	path   string
	values []V
}

// matches finds the fields of s that sent has values for. Unknown names are left
// out.
func matches[V any](s *structType, sent map[string][]V) (found []match[V], bad FieldErrors) {
	found = make([]match[V], 0, len(sent))
	var respelt []string
	for key, values := range sent {
		f, path, err := s.lookup(key)
		switch {
		case err != nil:
			bad = append(bad, badField(key, "", sentence(err)))
		case f == nil || len(values) == 0:
		case path == key:
			found = append(found, match[V]{f, key, path, values})
		default:
			respelt = append(respelt, key)
		}
	}
	// Names match in any case, so several keys can be meant for one field. The one
	// that is spelt like the field wins, then the first in order.
	slices.Sort(respelt)
	for _, key := range respelt {
		f, path, _ := s.lookup(key)
		if !slices.ContainsFunc(found, func(m match[V]) bool { return m.path == path }) {
			found = append(found, match[V]{f, key, path, sent[key]})
		}
	}
	return found, bad
}

// present reports whether one of values is not blank.
func present(values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool { return strings.TrimSpace(v) != "" })
}
