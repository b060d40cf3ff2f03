package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/dibbler-app/dibbler/build/internal/about"
)

var (
	extension = regexp.MustCompile(`^\.[A-Za-z0-9][A-Za-z0-9_+-]{0,30}$`)
	scheme    = regexp.MustCompile(`^[a-z][a-z0-9+.-]{1,30}$`) // one letter is a drive on Windows
	mimeType  = regexp.MustCompile(`^[a-z0-9][a-z0-9+._-]{0,63}/[a-z0-9][a-z0-9+._-]{0,63}$`)
)

// checkOpens refuses what cannot be registered, or would say something else in a
// registration.
func checkOpens(all []about.Open) error {
	var names []string
	for i, o := range all {
		name := strings.ToLower(o.Ext + o.Scheme)
		err := checkOpen(o)
		if err == nil && slices.Contains(names, name) {
			err = fmt.Errorf("%s is there twice", name)
		}
		if err != nil {
			return fmt.Errorf("about.Opens[%d]: %w", i, err)
		}
		names = append(names, name)
	}
	return nil
}

func checkOpen(o about.Open) error {
	switch {
	case o.Scheme != "" && o != about.Open{Scheme: o.Scheme}:
		return errors.New("it has a scheme and a kind of file: make two of it")
	case o.Scheme != "" && !scheme.MatchString(o.Scheme):
		return fmt.Errorf("scheme %q: want two small letters or more, then also digits, +, . and -, such as tea", o.Scheme)
	case o.Scheme != "":
		return nil
	case !extension.MatchString(o.Ext):
		return fmt.Errorf("extension %q: want a dot and letters or digits, such as .tea", o.Ext)
	case !mimeType.MatchString(o.MIME):
		return fmt.Errorf("MIME type %q: want one in small letters, such as application/x-tea", o.MIME)
	case strings.TrimSpace(o.Title) == "" || strings.ContainsFunc(o.Title, unicode.IsControl) || strings.Contains(o.Title, "`"):
		return fmt.Errorf("title %q: want one line without `, such as Tea plan", o.Title)
	}
	return nil
}

// extensions and schemes are what the program opens of either kind.
func extensions() []about.Open {
	return slices.DeleteFunc(slices.Clone(about.Opens), func(o about.Open) bool { return o.Ext == "" })
}

func schemes() []about.Open {
	return slices.DeleteFunc(slices.Clone(about.Opens), func(o about.Open) bool { return o.Scheme == "" })
}

// types are the MIME types of extensions, each once.
func types(extensions []about.Open) (all []string) {
	for _, o := range extensions {
		if !slices.Contains(all, o.MIME) {
			all = append(all, o.MIME)
		}
	}
	return all
}

// ownType reports whether a MIME type is no standard one, for which desktops have a
// title.
func ownType(mime string) bool {
	_, name, _ := strings.Cut(mime, "/")
	return strings.HasPrefix(name, "x-") || strings.HasPrefix(name, "vnd.")
}

// linuxOpens are the files that have a Linux desktop start the program for what it
// opens. The databases that desktops make of them are brought up to date by the triggers
// and hooks of each distribution, and by install.sh.
//
// Desktops pass local files to %U as file: URLs, which the program does not take, so
// that files and URLs have an entry each.
func (p *packaging) linuxOpens() (all []file, err error) {
	for _, f := range []struct {
		template, path string
		needed         bool
	}{
		{"mime.xml", "share/mime/packages/" + about.ID + ".xml", len(extensions()) > 0},
		{"url.desktop", "share/applications/" + about.ID + "-url.desktop", len(schemes()) > 0},
	} {
		if !f.needed {
			continue
		}
		content, err := text(f.template, p.subject())
		if err != nil {
			return nil, err
		}
		all = append(all, file{f.path, data, content})
	}
	return all, nil
}
