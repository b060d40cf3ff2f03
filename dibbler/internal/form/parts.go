package form

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
)

// maxPartHeader bounds the header of one part, in bytes.
const maxPartHeader = 64 << 10

// A renamedParts is a multipart form whose parts are named 0, 1, 2. It divides the form
// as [multipart.Reader] does, but passes the content of parts on without a copy of its
// own.
type renamedParts struct {
	in        *bufio.Reader
	dashes    []byte // and the boundary
	lineEnd   []byte // CR LF, or LF if the first boundary's line ends so
	delimiter []byte // lineEnd and dashes

	parts   []part // those so far
	headers int    // how many fields their headers had
	text    string // to be read before more of the content
	content int    // how many of the next bytes are content
	atStart bool   // of a part's content
	ended   bool
}

func newRenamedParts(r io.Reader, boundary string) *renamedParts {
	delimiter := []byte("\r\n--" + boundary)
	// multipart reads 4 KiB at a time.
	return &renamedParts{in: bufio.NewReaderSize(r, 32<<10), dashes: delimiter[2:], lineEnd: delimiter[:2], delimiter: delimiter}
}

func (p *renamedParts) Read(b []byte) (int, error) {
	for p.text == "" && p.content == 0 {
		if p.ended {
			return 0, io.EOF
		}
		if err := p.advance(); err != nil {
			return 0, err
		}
	}
	if p.text != "" {
		n := copy(b, p.text)
		p.text = p.text[n:]
		return n, nil
	}
	n, err := p.in.Read(b[:min(len(b), p.content)])
	p.content -= n
	return n, err
}

// advance finds out how much more content the part has, or goes to the next part.
func (p *renamedParts) advance() error {
	if len(p.parts) == 0 {
		return p.next()
	}
	// Peek returns all that is there if that is enough to tell what it is.
	next, err := p.in.Peek(max(p.in.Buffered(), len(p.delimiter)+2))
	if err != nil && err != io.EOF {
		return err
	}
	atStart := p.atStart
	p.atStart = false
	if rest, ok := bytes.CutPrefix(next, p.dashes); ok && atStart && endsPart(rest) {
		return p.next()
	}
	switch i := bytes.Index(next, p.delimiter); {
	case i > 0:
		p.content = i
	case i == 0 && endsPart(next[len(p.delimiter):]):
		_, _ = p.in.Discard(len(p.lineEnd)) // which are there
		return p.next()
	case i == 0:
		p.content = len(p.delimiter)
	case err == nil:
		p.content = len(next) - len(p.delimiter) + 1 // a delimiter may begin after these
	case len(next) == 0:
		return io.ErrUnexpectedEOF
	default:
		p.content = len(next)
	}
	return nil
}

// endsPart reports whether a boundary before rest is one, and does not merely begin
// like one.
func endsPart(rest []byte) bool {
	return len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n"), rest[0]) >= 0 || bytes.HasPrefix(rest, []byte("--"))
}

// next goes to the next part, or to the end of the form. What comes is a boundary,
// except before the first part, where it may be text that is none of the form.
func (p *renamedParts) next() error {
	number := len(p.parts)
	for {
		line, err := p.in.ReadSlice('\n')
		rest, ok := bytes.CutPrefix(line, p.dashes)
		ends := bytes.HasPrefix(rest, []byte("--"))
		if ends {
			rest = rest[2:]
		}
		rest = bytes.TrimLeft(rest, " \t")
		if number == 0 && ok && !ends && string(rest) == "\n" {
			p.lineEnd, p.delimiter = p.lineEnd[1:], p.delimiter[1:]
		}
		whole := bytes.Equal(rest, p.lineEnd)
		switch {
		case ok && ends && (whole || len(rest) == 0 && err == io.EOF):
			p.text, p.ended = "\r\n"+string(p.dashes)+"--\r\n", true
			return nil
		case err != nil:
			return partError(number, err)
		case ok && !ends && whole:
			return p.begin()
		case number > 0:
			return partError(number, fmt.Errorf("unexpected line %q", line))
		}
	}
}

// partError says that the part with this number could not be read.
func partError(number int, err error) error {
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("part %d: %w", number+1, err)
}

// begin reads the header of the next part.
func (p *renamedParts) begin() error {
	number := len(p.parts)
	if number == maxValues {
		return errTooManyValues
	}
	header, err := p.header()
	if err != nil {
		return partError(number, err)
	}
	for _, values := range header {
		p.headers += len(values)
	}
	if p.headers > maxHeaders {
		return multipart.ErrMessageTooLarge
	}
	said := header.Get("Content-Disposition")
	name, filename, err := parseDisposition(said)
	if err != nil {
		return &ReadError{http.StatusBadRequest, fmt.Sprintf("Part %d of this form has a name that cannot be read.", number+1),
			fmt.Errorf("Content-Disposition: %s: %w", shorten(said, 200), err)}
	}
	p.text = "\r\n" + string(p.dashes) + "\r\nContent-Disposition: form-data; name=" + strconv.Itoa(number)
	const encoding = "Content-Transfer-Encoding"
	isQuoted := strings.EqualFold(header.Get(encoding), "quoted-printable")
	if filename == "" {
		header = nil
	} else {
		p.text += "; filename=f"
	}
	if isQuoted {
		header.Del(encoding)
		p.text += "\r\n" + encoding + ": quoted-printable"
	}
	p.text += "\r\n\r\n"
	p.parts = append(p.parts, part{name, filename, header})
	p.atStart = true
	return nil
}

// header reads the header of a part, up to the empty line.
func (p *renamedParts) header() (textproto.MIMEHeader, error) {
	var text []byte
	for {
		line, err := p.in.ReadSlice('\n')
		if text = append(text, line...); len(text) > maxPartHeader {
			return nil, multipart.ErrMessageTooLarge
		}
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) {
			return nil, err
		}
		if s := string(line); (s == "\r\n" || s == "\n") && endsLine(text, len(line)) {
			return textproto.NewReader(bufio.NewReaderSize(bytes.NewReader(text), len(text))).ReadMIMEHeader()
		}
	}
}

// endsLine reports whether text without its last n bytes is empty or ends a line. A
// long line comes in pieces.
func endsLine(text []byte, n int) bool {
	return len(text) == n || text[len(text)-n-1] == '\n'
}
