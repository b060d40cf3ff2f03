package pick

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode"
)

const allFiles = "All files"

// A Request describes a dialog. See app.Pick for its fields.
type Request struct {
	Title    string
	Folder   bool
	Save     bool
	Multiple bool
	Types    []string
	Name     string
	Dir      string
}

// check returns an error if the author has made a mistake in r.
func (r Request) check() error {
	switch {
	case strings.ContainsAny(r.Title, "\x00\n"):
		return fmt.Errorf("the title %q is not one line of text", r.Title)
	case r.Save && (r.Folder || r.Multiple):
		return errors.New("set neither Folder nor Multiple with Save, which chooses one file")
	case r.Name != "" && !r.Save:
		return errors.New("set Save with Name, which is the name of a file to write")
	case r.Name != "" && (filepath.Base(r.Name) != r.Name || !filepath.IsLocal(r.Name) || strings.Contains(r.Name, "\x00")):
		return fmt.Errorf("bad name %q; use a file name without a folder, such as \"report.pdf\"", r.Name)
	case r.Dir != "" && (!filepath.IsAbs(r.Dir) || strings.Contains(r.Dir, "\x00")):
		return fmt.Errorf("the folder %q is not an absolute path; use a path such as that of Tool.Dir", r.Dir)
	case len(r.Types) > 0 && r.Folder:
		return errors.New("folders have no Types; set either Folder or Types")
	}
	for _, t := range r.Types {
		if !isExtension(t) {
			return fmt.Errorf("bad type %q; use an extension such as \".ics\"", t)
		}
	}
	return nil
}

// isExtension reports whether t is a dot and letters, digits and similar characters.
// Other characters have special meanings in dialogs.
func isExtension(t string) bool {
	name, ok := strings.CutPrefix(t, ".")
	return ok && name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || strings.ContainsRune(`*?[]{}|/\;,"'`, r)
	})
}

// title returns the title of the dialog.
func (r Request) title() string {
	switch {
	case r.Title != "":
		return validText(r.Title)
	case r.Folder:
		return "Choose a folder"
	case r.Save:
		return "Save as"
	case r.Multiple:
		return "Choose files"
	}
	return "Choose a file"
}

// validText returns text in valid UTF-8, which D-Bus needs. Names of files can have any bytes.
func validText(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

// typesText returns the label for types in a dialog, such as "*.ics, *.csv".
func typesText(types []string) string { return "*" + strings.Join(types, ", *") }

// globs returns patterns that match files of these types, regardless of case.
func globs(types []string) []string {
	var all []string
	for _, t := range types {
		var b strings.Builder
		b.WriteByte('*')
		for _, r := range t {
			if upper, lower := unicode.ToUpper(r), unicode.ToLower(r); upper != lower {
				b.WriteString("[" + string(lower) + string(upper) + "]")
			} else {
				b.WriteRune(r)
			}
		}
		all = append(all, b.String())
	}
	return all
}
