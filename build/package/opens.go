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

// types returns the MIME types of extensions, each once.
func types(extensions []opens) (all []string) {
	for _, o := range extensions {
		if !slices.Contains(all, o.MIME) {
			all = append(all, o.MIME)
		}
	}
	return all
}

// ownType reports whether a MIME type is not a standard one. Desktops have titles for those.
func ownType(mime string) bool {
	_, name, _ := strings.Cut(mime, "/")
	return strings.HasPrefix(name, "x-") || strings.HasPrefix(name, "vnd.")
}

// linuxOpens returns the files that register the extensions and schemes of the program with a
// Linux desktop. Triggers and hooks of each distribution, and install.sh, update the databases
// that desktops make of them.
//
// Files and URLs have separate entries, because desktops pass local files to %U as file: URLs,
// which the program does not accept. Files of standard types have a third one, whose name comes
// last: unless the owner has chosen a program, desktops take the first entry in a folder, and
// installing a tool should not change which program opens such files.
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
