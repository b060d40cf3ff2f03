package main

import (
	"slices"
	"strings"
)

// Extensions and Schemes return the kinds of files and of URLs that the program opens.
func (d description) Extensions() []opens {
	return slices.DeleteFunc(slices.Clone(d.Opens), func(o opens) bool { return o.Ext == "" })
}

func (d description) Schemes() []opens {
	return slices.DeleteFunc(slices.Clone(d.Opens), func(o opens) bool { return o.Scheme == "" })
}

// Own and Shared return the kinds of files with a type of the program's own, and those with a
// standard one, which other programs open, too.
func (d description) Own() []opens {
	return slices.DeleteFunc(d.Extensions(), func(o opens) bool { return !ownType(o.MIME) })
}

func (d description) Shared() []opens {
	return slices.DeleteFunc(d.Extensions(), func(o opens) bool { return ownType(o.MIME) })
}

// types are the MIME types of extensions, each once.
func types(extensions []opens) (all []string) {
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
// that files and URLs have an entry each. Files of standard types have another one, so that
// the program does not become the one that opens them: where nobody has chosen one, desktops
// take the first entry in a folder, in the order of names.
func (p *packaging) linuxOpens() (all []file, err error) {
	for _, f := range []struct {
		template, path string
		needed         bool
	}{
		{"mime.xml", "share/mime/packages/" + p.ID + ".xml", len(p.Extensions()) > 0},
		{"files.desktop", "share/applications/zz-" + p.ID + "-files.desktop", len(p.Shared()) > 0},
		{"url.desktop", "share/applications/" + p.ID + "-url.desktop", len(p.Schemes()) > 0},
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
