package form

import (
	"fmt"
	"io"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/textproto"
	"path/filepath"
	"strconv"
	"strings"
)

// maxHeaders is the maximum number of header fields of all parts of a form.
const maxHeaders = 10_000

// parseMultipart parses the form in the body of r, whose parts are separated by boundary.
//
// [multipart.Reader.ReadForm] ignores parts whose names it cannot parse, and it does not
// parse names as browsers write them. So it gets a copy of the body in which the name of
// each part is its number. It cannot be replaced, because only it can make a
// [multipart.FileHeader].
func parseMultipart(r *http.Request, boundary string) (*multipart.Form, error) {
	body := &renamedParts{in: newSplitter(r.Body, boundary), boundary: boundary}
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

// A part is the header of one part of a form.
type part struct {
	name, filename string
	header         textproto.MIMEHeader // nil if the part is not a file
}

// renamedParts reads a multipart form and returns it with the names 0, 1, 2 in place of the
// names of the parts.
type renamedParts struct {
	in       *splitter
	boundary string

	parts   []part    // read so far
	headers int       // the number of header fields in parts
	text    string    // returned by Read before more of content
	content io.Reader // of the current part; nil if there is none or it was read
	ended   bool
}

func (p *renamedParts) Read(b []byte) (int, error) {
	for {
		if p.text != "" {
			n := copy(b, p.text)
			p.text = p.text[n:]
			return n, nil
		}
		if p.ended {
			return 0, io.EOF
		}
		if p.content != nil {
			n, err := p.content.Read(b)
			if err == io.EOF {
				p.content, err = nil, nil
			}
			if n > 0 || err != nil {
				return n, err
			}
		}
		if err := p.next(); err != nil {
			return 0, err
		}
	}
}

// next goes to the next part, or to the end of the form.
func (p *renamedParts) next() error {
	header, err := p.in.next()
	if err == io.EOF {
		p.text, p.ended = "\r\n--"+p.boundary+"--\r\n", true
		return nil
	}
	number := len(p.parts)
	if err != nil {
		return fmt.Errorf("part %d: %w", number+1, err)
	}
	if number == maxValues {
		return errTooManyValues
	}
	p.content = p.in
	if encoding := "Content-Transfer-Encoding"; strings.EqualFold(header.Get(encoding), "quoted-printable") {
		header.Del(encoding)
		p.content = quotedprintable.NewReader(p.in)
	}
	for _, values := range header {
		p.headers += len(values)
	}
	if p.headers > maxHeaders {
		return multipart.ErrMessageTooLarge
	}
	disposition := header.Get("Content-Disposition")
	name, filename, err := parseDisposition(disposition)
	if err != nil {
		return &ReadError{http.StatusBadRequest, fmt.Sprintf("Part %d of this form has a name that cannot be read.", number+1),
			fmt.Errorf("Content-Disposition: %s: %w", Shorten(disposition, 200), err)}
	}
	p.text = "\r\n--" + p.boundary + "\r\nContent-Disposition: form-data; name=" + strconv.Itoa(number)
	if filename == "" {
		header = nil
	} else {
		p.text += "; filename=f"
	}
	p.text += "\r\n\r\n"
	p.parts = append(p.parts, part{name, filename, header})
	return nil
}
