package form

import (
	"slices"
	"strings"
)

// A match has the texts or files that were sent for one field.
type match[V any] struct {
	field  *field
	key    string // as submitted
	path   string
	values []V
}

// matches returns the fields of s that have values in sent. It ignores unknown names.
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
	// Names match in any case, so several keys can match one field. The key with the exact
	// name wins, or else the first in sorted order.
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

// Set replaces all values of name, in any case, by value.
func (v Values) Set(name, value string) {
	for key := range v.All {
		if sameName(key, name) {
			delete(v.All, key)
		}
	}
	v.All[name] = []string{toUTF8(value)}
}

// sameName reports whether a and b are names of the same field.
func sameName(a, b string) bool { return strings.EqualFold(a, b) }

// Field returns the path of the field called name, in the spelling of the fields, and the
// texts of its default. A map has every field.
func (b *Binder) Field(name string) (path string, defaults []string, ok bool) {
	if b.root == nil {
		return name, nil, true
	}
	f, path, err := b.root.lookup(name)
	if f == nil || err != nil {
		return "", nil, false
	}
	return path, f.defaults, true
}

// Names lists the paths of the fields that are not in slices and not behind pointers.
func (b *Binder) Names() (names []string) {
	if b.root != nil {
		for f := range b.root.plain() {
			names = append(names, f.path)
		}
	}
	return names
}

// Texts returns the submitted texts of the fields of b, by path. Of repeated values, it
// returns those that the field takes.
func (b *Binder) Texts(values Values) map[string][]string {
	if b.root == nil {
		return values.All
	}
	texts := map[string][]string{}
	sent, _ := matches(b.root, values.All)
	for _, m := range sent {
		if !m.field.isFile {
			texts[m.path] = m.field.choose(m.values, values.Posted[m.key])
		}
	}
	return texts
}
