package dibbler

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// prefix starts the name of every methlet and of every hook.
const prefix = "On"

// isMethletName reports whether a method of this name states the intent to
// serve a page: On and then an upper-case letter, so that Once and Online do
// not.
func isMethletName(name string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return unicode.IsUpper(r)
}

// misnamed says why the page of a method of this name could never be asked for,
// although the name looks like a methlet's, or returns "".
func misnamed(name string) string {
	rest, ok := strings.CutPrefix(name, prefix)
	r, _ := utf8.DecodeRuneInString(rest)
	switch {
	case !ok || rest == "" || unicode.IsLower(r):
		return ""
	case !unicode.IsUpper(r):
		return "want an upper-case letter after On; OnUnknown can serve other paths"
	case string(appendMethletName(nil, pagePath(name))) != name:
		return fmt.Sprintf("no path leads to it: %s leads to %s", pagePath(name), appendMethletName(nil, pagePath(name)))
	}
	return ""
}

// appendMethletName appends the name of the method that serves path to b.
//
// The rule is Dibbler's: drop the leading slash, split at dots, capitalise each
// piece (first letter upper, the rest lower), join, and put On in front. The
// path / stands for /home. A path that does not start with a slash names no
// method, and nothing is appended for it.
func appendMethletName(b []byte, path string) []byte {
	if path == "" || path[0] != '/' {
		return b
	}
	if path == "/" {
		return append(b, "OnHome"...)
	}
	b = append(b, prefix...)
	first := true
	for _, r := range path[1:] {
		switch {
		case r == '.':
			first = true
			continue
		case first:
			r = unicode.ToUpper(r)
			first = false
		default:
			r = unicode.ToLower(r)
		}
		b = utf8.AppendRune(b, r)
	}
	return b
}

// pagePath returns the usual path of the page that the named method serves:
// appendMethletName the other way round. Other paths may lead to the same
// method, such as /EGGS.GIF.
func pagePath(method string) string {
	name := strings.TrimPrefix(method, prefix)
	if name == "Home" {
		return "/"
	}
	b := []byte{'/'}
	for i, r := range name {
		if i > 0 && unicode.IsUpper(r) {
			b = append(b, '.')
		}
		b = utf8.AppendRune(b, unicode.ToLower(r))
	}
	return string(b)
}
