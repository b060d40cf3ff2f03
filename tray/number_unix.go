//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import "slices"

// number numbers lines. The lines at the top and at the bottom that the panel has read keep
// their numbers; those between get new ones, because GNOME's extension does not show a line
// that has moved, and shows others in wrong places.
func (m *busMenu) number(lines []line) []busLine {
	read := m.read
	if slices.EqualFunc(m.lines, lines, func(old busLine, l line) bool {
		return old.key == l.key && old.checkable == l.checkable
	}) {
		read = m.lines // whether or not the panel has read them
	}
	top, bottom := kept(read, lines)
	numbered := make([]busLine, len(lines))
	for i, l := range lines {
		numbered[i].line = l
		switch {
		case i < top:
			numbered[i].id = read[i].id
		case i >= len(lines)-bottom:
			numbered[i].id = read[i-len(lines)+len(read)].id
		default:
			m.last++
			numbered[i].id = m.last
		}
	}
	return numbered
}

// kept returns the number of lines at the top and at the bottom that are the same as in
// read, or differ only in their labels.
func kept(read []busLine, lines []line) (top, bottom int) {
	had, has := make(map[string]bool), make(map[string]bool)
	for _, l := range read {
		had[l.key] = true
	}
	for _, l := range lines {
		has[l.key] = true
	}
	same := func(old busLine, l line) bool {
		if old.checkable != l.checkable {
			return false // Plasma would not show the change
		}
		return old.key == l.key || !has[old.key] && !had[l.key]
	}
	n := min(len(read), len(lines))
	for top < n && same(read[top], lines[top]) {
		top++
	}
	for top+bottom < n && same(read[len(read)-1-bottom], lines[len(lines)-1-bottom]) {
		bottom++
	}
	return top, bottom
}
