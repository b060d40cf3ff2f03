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

// Set puts value in the place of all texts that were sent under name, in any spelling.
func (v Values) Set(name, value string) {
	for key := range v.All {
		if sameName(key, name) {
			delete(v.All, key)
		}
	}
	v.All[name] = []string{toUTF8(value)}
}

// sameName reports whether a field that is called a is meant by b.
func sameName(a, b string) bool { return strings.EqualFold(a, b) }

// Field finds the field that name is meant for. It returns its path, which is name as
// the fields spell it, and the texts of its default. A map has every field.
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

// Names lists the fields that are in no slice and behind no pointer.
func (b *Binder) Names() (names []string) {
	if b.root != nil {
		for f := range b.root.plain() {
			names = append(names, f.path)
		}
	}
	return names
}

// Texts returns the texts that were sent for the fields of b, as they were sent, by
// path. Of repeated ones it has those that the field takes.
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
