package dibbler

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// prefix is the beginning of the names of methlets.
const prefix = "On"

// isMethletName reports whether name is On followed by an upper-case letter, unlike Once
// and Online.
func isMethletName(name string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	if !ok {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest)
	return unicode.IsUpper(r)
}

// misnamed returns the mistake in a name that looks like that of a methlet but has no path,
// or "".
func misnamed(name string) string {
	rest, ok := strings.CutPrefix(name, prefix)
	r, _ := utf8.DecodeRuneInString(rest)
	switch {
	case !ok || rest == "" || unicode.IsLower(r):
		return ""
	case !unicode.IsUpper(r):
		return "want an upper-case letter after On; OnUnknown can serve other paths"
	case string(appendMethletName(nil, pagePath(name))) != name:
		return fmt.Sprintf("it has no path: %s is served by %s", pagePath(name), appendMethletName(nil, pagePath(name)))
	}
	return ""
}

// appendMethletName appends the name of the methlet that serves path to b. If path does not
// begin with a slash, it appends nothing.
//
// The rule is that of the original Dibbler: drop the leading slash, split the rest at dots,
// capitalise each piece (the first letter upper, the others lower), join the pieces and put
// On in front. The path / counts as /home.
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

// pagePath returns the path that the named methlet serves, in lower case. It is the inverse
// of appendMethletName.
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
