package dibbler

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestMethletName(t *testing.T) {
	for path, want := range map[string]string{
		"/":                    "OnHome",
		"/home":                "OnHome",
		"/HOME":                "OnHome",
		"/spam":                "OnSpam",
		"/eggs.gif":            "OnEggsGif",
		"/EGGS.GIF":            "OnEggsGif",
		"/eggsgif":             "OnEggsgif",
		"/onHome":              "OnOnhome",
		"/foo.bar":             "OnFooBar",
		"/foo..bar.":           "OnFooBar",
		"/étoile":              "OnÉtoile",
		"/incoming.connection": "OnIncomingConnection",
		"/a/b":                 "OnA/b",
		"/spam-eggs":           "OnSpam-eggs",
		"/spam_eggs":           "OnSpam_eggs",
		"/.":                   "On",
		"//":                   "On/",
		"":                     "",
		"*":                    "",
	} {
		if got := string(appendMethletName(nil, path)); got != want {
			t.Errorf("path %q: method %q, want %q", path, got, want)
		}
	}
}

func TestPagePath(t *testing.T) {
	for method, want := range map[string]string{
		"OnHome": "/", "OnSpam": "/spam", "OnEggsGif": "/eggs.gif", "OnFooBar": "/foo.bar", "OnURL": "/u.r.l", "OnA2": "/a2",
	} {
		path := pagePath(method)
		if path != want {
			t.Errorf("pagePath(%q) = %q, want %q", method, path, want)
		}
		if got := string(appendMethletName(nil, path)); got != method {
			t.Errorf("pagePath(%q) = %q, which is served by %q", method, path, got)
		}
	}
}

func TestIsMethletName(t *testing.T) {
	for name, want := range map[string]bool{
		"OnHome": true, "OnX": true, "OnÉtoile": true, "On": false, "Once": false, "Online": false, "On2": false, "Home": false, "On_x": false,
	} {
		if got := isMethletName(name); got != want {
			t.Errorf("isMethletName(%q) = %v", name, got)
		}
	}
}

// ruleInPieces is the rule of the original Dibbler, step by step.
func ruleInPieces(path string) string {
	if !strings.HasPrefix(path, "/") {
		return ""
	}
	if path == "/" {
		path = "/Home"
	}
	name := "On"
	for _, piece := range strings.Split(path[1:], ".") {
		r, n := utf8.DecodeRuneInString(piece)
		if n == 0 {
			continue
		}
		name += string(unicode.ToUpper(r)) + strings.Map(unicode.ToLower, piece[n:])
	}
	return name
}

func FuzzPath(f *testing.F) {
	for _, s := range []string{"/", "/home", "/EGGS.gif", "/a..b", "/.", "/a/b", "/a-b_c d", "*", "", "/\x00", "/\xff.\xfe", "/İ.ı", "/ǆ.ŉ", "/" + strings.Repeat("a.", 200)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, path string) {
		got := string(appendMethletName(nil, path))
		if want := ruleInPieces(path); got != want {
			t.Errorf("path %q: method %q, want %q", path, got, want)
		}
		// pagePath returns a path of the methlet.
		if isMethletName(got) && simple(got) {
			if back := string(appendMethletName(nil, pagePath(got))); back != got {
				t.Errorf("path %q: method %q, whose path %q is served by %q", path, got, pagePath(got), back)
			}
		}
	})
}

// simple reports whether all letters of name are allowed in Go names and can be converted to
// the other case and back. A few letters cannot.
func simple(name string) bool {
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' || unicode.ToUpper(unicode.ToLower(r)) != unicode.ToUpper(r) ||
			unicode.IsUpper(r) && unicode.ToUpper(unicode.ToLower(r)) != r || unicode.IsTitle(r) {
			return false
		}
	}
	return true
}
