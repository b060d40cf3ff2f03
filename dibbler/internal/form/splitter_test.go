package form

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/textproto"
	"strings"
	"testing"
	"testing/iotest"
)

// FuzzSplitter compares a splitter with [multipart.Reader], from which it differs in how
// long a line before the first part, and a header, may be.
func FuzzSplitter(f *testing.F) {
	for _, seed := range []string{
		"", "--b--", "--b--\r\n", "--b--\n", "preamble\r\n--b\r\n\r\n\r\n--b--", "--b \t\r\na: b\r\n\r\ncontent\r\n--b-- \t\r\nepilogue",
		"--b\na: b\n\ncontent\r\n--b\n\n\n--b--\n", "--b\r\n\r\n--b\r\n\r\n--bb\r\n--b--", "--b\r\n\r\n\r\n--b", "--b\r\n\r\n\r\n--b\r", "--b\r\n\r\n\r\n--b-",
		"--b\r\n\r\n\r\n--bb\r\n\r\n--b-\r\n--b\r\n\r\n\r\n--b--x", "--b\r\n\n\r\n--b-- ", "--b\r\na\r\n\r\n\r\n--b--", "--b\r\n a: b\r\n\r\n\r\n--b--", "--b\r\na: b\r\n c\r\n\r\n\r\n\r\n--b--\r\n",
		"--b\r\n\r\n\r\n--b\r\n\r\nx\n--b--", "--b\r\n\r\n" + strings.Repeat("\r\n--", 20_000) + "\r\n--b--", "--b\r\n\r\n" + strings.Repeat("x", 32<<10-15) + "\r\n--b--",
		"--b-\r\n--b\r\n\r\n\r\n--b--", "--b\r\n\r\n--b--", "--b\r\n\r\n--bc\r\n--b--", "--b\r\n\r\n\r\n--b x\r\n", "--b\r\n\r\n\r\n--b--\r\n--b\r\n\r\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		body += "\r\n--b--\r\n" // multipart.Reader takes a body that ends in a header for a whole one
		theirs := multipart.NewReader(strings.NewReader(body), "b")
		want := parts(func() (textproto.MIMEHeader, io.Reader, error) {
			p, err := theirs.NextRawPart()
			if err != nil {
				return nil, nil, err
			}
			return p.Header, p, nil
		})
		for name, r := range map[string]io.Reader{
			"whole": strings.NewReader(body), "in pieces": iotest.OneByteReader(strings.NewReader(body)), "with its end": iotest.DataErrReader(strings.NewReader(body)),
		} {
			s := newSplitter(r, "b")
			got := parts(func() (textproto.MIMEHeader, io.Reader, error) {
				header, err := s.next()
				return header, s, err
			})
			longLine, longHeader := want == broken && len(body) > 4<<10, got == broken && len(body) > 32<<10
			if got != want && !longLine && !longHeader {
				t.Errorf("%s: %.100q:\n%.1000s\nwant\n%.1000s", name, body, got, want)
			}
		}
	})
}

const broken = "broken"

// parts describes all that next returns, if the form is whole.
func parts(next func() (textproto.MIMEHeader, io.Reader, error)) string {
	var all strings.Builder
	for {
		header, content, err := next()
		if err == io.EOF {
			return all.String()
		}
		var text []byte
		if err == nil {
			text, err = io.ReadAll(content)
		}
		if err != nil {
			return broken
		}
		fmt.Fprintf(&all, "%q %q\n", header, text)
	}
}
