package form

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"strings"
	"testing"
	"testing/iotest"
)

// FuzzParts divides a form as package multipart does.
func FuzzParts(f *testing.F) {
	f.Add("--b\r\n\r\none\r\n--b\r\nA: b\r\n c\r\n\r\ntwo\r\n--b--")
	f.Add("preamble\n--b \t\n\r\none\n--b\n\n--b--\nepilogue")
	f.Add("--b\r\n\r\n--b\r\n\r\n\r\n--b\r\n\r\n--bb\r\n--b-\r\n--b--")
	f.Add("--b\r\n\r\none\r\n--b")
	f.Add("--b\r\n\r\none\r\n--")
	f.Add("--b\r\n\r\n--b--x\r\n")
	f.Add("--b--")
	f.Add("--b\n\n\r\n--b\n\none\r\n--b\r\n--b--")
	f.Add("--b\r\nContent-Transfer-Encoding: Quoted-Printable\r\n\r\n=4\r\n--b--\r\n")
	f.Add("--b\r\n \r\n\r\none\r\n--b--")
	f.Add("--b\r\n\r\n" + strings.Repeat("\r\n--", 20_000) + "\r\n--b--")
	f.Fuzz(func(t *testing.T, body string) {
		// Each part gets a name: what else its header says is not compared.
		const name = "Content-Disposition: form-data; name=x\r\n"
		for _, at := range []string{"--b\r\n", "--b\n"} {
			body = strings.ReplaceAll(body, at, at+name)
		}
		want, wantErr := contents(multipart.NewReader(strings.NewReader(body), "b"))
		for _, in := range []io.Reader{strings.NewReader(body), iotest.OneByteReader(strings.NewReader(body))} {
			got, err := contents(multipart.NewReader(newRenamedParts(in, "b"), "b"))
			if _, ok := errors.AsType[*ReadError](err); ok {
				continue // a part without a name, which multipart passes over
			}
			if errors.Is(err, io.ErrUnexpectedEOF) && !strings.Contains(body, "--b--") {
				continue // in a header, which multipart takes for the end of the form
			}
			if (err == nil) != (wantErr == nil) || err == nil && !bytes.Equal(got, want) {
				t.Errorf("%q:\n%q, %v, want\n%q, %v", body, got, err, want, wantErr)
			}
		}
	})
}

// contents returns the contents of all parts.
func contents(r *multipart.Reader) (all []byte, err error) {
	for {
		p, err := r.NextPart()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		b, err := io.ReadAll(p)
		if err != nil {
			return all, err
		}
		all = append(append(all, b...), '|')
	}
}
