package form

import (
	"mime/multipart"
	"path/filepath"
	"reflect"
	"slices"
)

// setFiles sets the fields of form that are files. If texts has a value for one of them, the
// form does not have the right enctype, and so the browser has sent only the file's name.
func (b *Binder) setFiles(form reflect.Value, sent map[string][]*multipart.FileHeader, texts []match[string]) (bad FieldErrors) {
	if len(sent) > 0 {
		var files []match[*multipart.FileHeader]
		files, bad = matches(b.root, sent)
		for _, m := range files {
			switch f := m.field; {
			case !f.isFile:
			case slices.ContainsFunc(m.values, isBadFileName):
				bad = append(bad, badField(m.path, "", "Give the file another name, and choose it again."))
			case f.slice:
				form.FieldByIndex(f.index).Set(reflect.ValueOf(m.values))
			default:
				form.FieldByIndex(f.index).Set(reflect.ValueOf(m.values[0]))
			}
		}
	}
	for _, m := range texts {
		if m.field.isFile && present(m.values) && form.FieldByIndex(m.field.index).IsZero() {
			bad = append(bad, badField(m.path, m.values[0], `Only the name of the file was sent. The form needs enctype="multipart/form-data".`))
		}
	}
	return bad
}

// isBadFileName reports whether the name of an uploaded file, joined to a folder, is not a
// file in it, but the folder itself, the folder above, or a device. The name is the last
// element of a path.
func isBadFileName(h *multipart.FileHeader) bool {
	return h.Filename == "." || !filepath.IsLocal(h.Filename)
}
