package form

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/textproto"
	"strings"
)

// A splitter divides the body of a multipart form into its parts, as [multipart.Reader]
// does, at a tenth of the cost: multipart.Reader looks for the last CR of each buffer byte
// by byte. Read returns the content of the current part.
type splitter struct {
	in      *bufio.Reader
	dashes  string // "--" and the boundary
	newline string // "\r\n", or "\n" if the first boundary ends with it
	begun   bool   // there was a part
	left    int    // the number of buffered bytes that are content
	ended   bool   // the content ends after them
}

func newSplitter(body io.Reader, boundary string) *splitter {
	return &splitter{
		in:      bufio.NewReaderSize(body, 32<<10),
		dashes:  "--" + boundary,
		newline: "\r\n",
	}
}

// next goes to the next part and returns its header. The content of the part before must
// have been read. After the last part it returns io.EOF.
func (s *splitter) next() (textproto.MIMEHeader, error) {
	blank := false // the newline before the boundary was read
	for {
		line, err := s.in.ReadSlice('\n')
		rest, found := strings.CutPrefix(string(line), s.dashes)
		final := strings.HasPrefix(rest, "--")
		rest = strings.TrimLeft(strings.TrimPrefix(rest, "--"), " \t")
		if found && !final && !s.begun && rest == "\n" {
			s.newline = rest // some clients send it, against RFC 2046, section 4.1.1
		}
		switch {
		case found && final && (rest == s.newline && err == nil || rest == "" && err == io.EOF):
			return nil, io.EOF
		case err != nil:
			return nil, unexpected(err)
		case found && !final && rest == s.newline:
			return s.header()
		case !s.begun: // a preamble, which is ignored
		case !blank && string(line) == s.newline:
			blank = true
		default:
			return nil, errors.New("a line that is no boundary follows a part")
		}
	}
}

// header reads the header of a part, which must fit into the buffer.
func (s *splitter) header() (textproto.MIMEHeader, error) {
	for {
		buffered, _ := s.in.Peek(s.in.Buffered())
		if bytes.HasPrefix(buffered, []byte("\n")) || bytes.HasPrefix(buffered, []byte("\r\n")) ||
			bytes.Contains(buffered, []byte("\n\n")) || bytes.Contains(buffered, []byte("\n\r\n")) {
			break
		}
		if _, err := s.in.Peek(len(buffered) + 1); err == bufio.ErrBufferFull {
			return nil, multipart.ErrMessageTooLarge
		} else if err != nil {
			return nil, unexpected(err)
		}
	}
	header, err := textproto.NewReader(s.in).ReadMIMEHeader()
	if err != nil {
		return nil, unexpected(err)
	}
	s.begun, s.left, s.ended = true, 0, false
	// The boundary may follow at once, without a newline.
	if start, _ := s.in.Peek(len(s.dashes) + 2); bytes.HasPrefix(start, []byte(s.dashes)) {
		s.ended = endsBoundary(start[len(s.dashes):])
	}
	return header, nil
}

// Read reads the content of the current part.
func (s *splitter) Read(p []byte) (int, error) {
	for s.left == 0 {
		if s.ended {
			return 0, io.EOF
		}
		if err := s.find(); err != nil {
			return 0, err
		}
	}
	n, err := s.in.Read(p[:min(len(p), s.left)])
	s.left -= n
	return n, err
}

// find sets left and ended, and fills the buffer first.
func (s *splitter) find() error {
	delimiter := s.newline + s.dashes
	if _, err := s.in.Peek(len(delimiter) + 2); err != nil {
		return unexpected(err)
	}
	buffered, _ := s.in.Peek(s.in.Buffered())
	i := bytes.Index(buffered, []byte(delimiter))
	switch after := i + len(delimiter); {
	case i < 0:
		s.left = len(buffered) - (len(delimiter) - 1) // the rest may be the start of one
	case after+2 > len(buffered):
		s.left = i
	case endsBoundary(buffered[after:]):
		s.left, s.ended = i, true
	default:
		s.left = after
	}
	return nil
}

// endsBoundary reports whether a boundary ends where its text ends. after has the bytes that
// follow the text. If it does not end there, the text is content that begins like a boundary.
func endsBoundary(after []byte) bool {
	return len(after) > 0 && strings.IndexByte(" \t\r\n", after[0]) >= 0 || bytes.HasPrefix(after, []byte("--"))
}

// unexpected returns err, or io.ErrUnexpectedEOF for io.EOF.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
