package form

import (
	"mime/multipart"
	"net/http"
	"net/textproto"
	"path/filepath"
	"strconv"
)

// maxHeaders bounds the header fields of all parts of a form together.
const maxHeaders = 10_000

// parseMultipart reads the form in the body of r, whose parts boundary divides.
//
// [multipart.Reader.ReadForm] leaves out parts whose names it cannot parse, and it
// does not parse names as browsers write them. So it gets the body with the number of
// each part in place of its header. That it makes the form is needed, since nothing
// else can make a [multipart.FileHeader].
func parseMultipart(r *http.Request, boundary string) (*multipart.Form, error) {
	body := newRenamedParts(r.Body, boundary)
	numbered, err := multipart.NewReader(body, boundary).ReadForm(maxMemory)
	if err != nil {
		return nil, err
	}
	form := &multipart.Form{Value: map[string][]string{}, File: map[string][]*multipart.FileHeader{}}
	for i, p := range body.parts {
		number := strconv.Itoa(i)
		for _, v := range numbered.Value[number] {
			form.Value[p.name] = append(form.Value[p.name], toUTF8(v))
		}
		for _, h := range numbered.File[number] {
			h.Filename, h.Header = filepath.Base(p.filename), p.header
			form.File[p.name] = append(form.File[p.name], h)
		}
	}
	return form, nil
}

// A part is what the header of one part of a form says.
type part struct {
	name, filename string
	header         textproto.MIMEHeader // of a file
}
