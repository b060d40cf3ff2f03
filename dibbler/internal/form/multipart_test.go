package form

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
)

// multipartBody returns a form with these parts: pairs of header and content.
func multipartBody(parts ...[2]string) string {
	var b strings.Builder
	for _, p := range parts {
		fmt.Fprintf(&b, "--b\r\n%s\r\n\r\n%s\r\n", p[0], p[1])
	}
	return b.String() + "--b--\r\n"
}

func multipartRequest(parts ...[2]string) *http.Request {
	return sent("/", "multipart/form-data; boundary=b", multipartBody(parts...))
}

// TestParse_multipartNames has the names that the web platform tests submit
// (html/semantics/forms/form-submission-0/multipart-formdata.window.js and
// FileAPI/file/send-file-form*), as browsers write them, and as other clients write them.
func TestParse_multipartNames(t *testing.T) {
	for _, test := range []struct{ written, want string }{
		{`basic`, "basic"},
		{`a/b.txt`, "a/b.txt"},
		{`a%0D%0Ab`, "a\r\nb"},
		{`a%0D%0A%0D%0Ab`, "a\r\n\r\nb"},
		{`b%0Ac`, "b\nc"},
		{`b%0Dc`, "b\rc"},
		{`b%0A%0Dc`, "b\n\rc"},
		{`a%22b`, `a"b`},
		{`%22double-quoted.txt%22`, `"double-quoted.txt"`},
		{`a'b`, `a'b`},
		{`a\b`, `a\b`},
		{`b\`, `b\`},
		{`\`, `\`},
		{`\\`, `\\`},
		{`b\;c`, `b\;c`},
		{`f[\].txt`, `f[\].txt`},
		{`f[;].txt`, `f[;].txt`},
		{`f[=].txt`, `f[=].txt`},
		{`f[:].txt`, `f[:].txt`},
		{`f[%].txt`, `f[%].txt`},
		{`f[%%].txt`, `f[%%].txt`},
		{`f[%41].txt`, `f[%41].txt`},
		{`f[#?&+].txt`, `f[#?&+].txt`},
		{`f[*].txt`, `f[*].txt`},
		{`; name=x`, `; name=x`},
		{` a `, ` a `},
		{"\t", "\t"},
		{`áb`, "áb"},
		{`ə.txt`, "ə.txt"},
		{`☺😂`, "☺😂"},
		{`a&#601;b`, "a&#601;b"},
		{`ABC~‾¥≈¤･・•∙·☼★星🌟星★☼·∙•・･¤≈¥‾~XYZ`, `ABC~‾¥≈¤･・•∙·☼★星🌟星★☼·∙•・･¤≈¥‾~XYZ`},
		{"\xe1\xff", "\ufffd\ufffd"}, // á in windows-1252
		// Other clients than browsers.
		{`a\"b`, `a"b`},
		{`a\"\\b`, `a"\b`},
		{`\"a\"`, `"a"`},
	} {
		r := multipartRequest(
			[2]string{`Content-Disposition: form-data; name="` + test.written + `"`, "te\xffxt"},
			[2]string{`content-disposition:form-data;filename="` + test.written + `"; name="` + test.written + `"`, "content"},
			[2]string{`Content-Disposition: form-data; name="` + test.written + `" ; filename=""`, ""},
		)
		values, err := Parse(r)
		if err != nil {
			t.Errorf("%q: %v", test.written, err)
			continue
		}
		equal(t, values.All, url.Values{test.want: {"te\ufffdxt", ""}})
		files := r.MultipartForm.File[test.want]
		if len(files) != 1 || files[0].Filename != filepath.Base(test.want) {
			t.Errorf("%q: %v", test.written, files)
			continue
		}
		equal(t, contentOf(t, files[0]), filepath.Base(test.want)+" 7 content")
		wantText(t, files[0].Header.Get("Content-Disposition"), test.written)
	}
}

// FuzzParseDisposition parses names as browsers write them.
func FuzzParseDisposition(f *testing.F) {
	f.Add("a", `b\`)
	f.Add("\"; name=\"x", "\r\n\xff")
	f.Add(`\"`, `;=`)
	escape := strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A")
	f.Fuzz(func(t *testing.T, name, filename string) {
		said := fmt.Sprintf(`form-data; name="%s"; filename="%s"`, escape.Replace(name), escape.Replace(filename))
		gotName, gotFilename, err := parseDisposition(said)
		// Browsers do not escape text that looks like an escape.
		if err != nil || gotName != toUTF8(unescape(name)) || gotFilename != toUTF8(unescape(filename)) {
			t.Errorf("%s: %q, %q, %v", said, gotName, gotFilename, err)
		}
	})
}

func TestParse_multipartOtherNames(t *testing.T) {
	for said, want := range map[string]string{
		`form-data; name=""`:                                "",
		`form-data; name=`:                                  "",
		`form-data; name=a b`:                               "a b",
		`FORM-DATA; NAME="a"`:                               "a",
		`form-data; name="a";`:                              "a",
		`form-data; name="a"; size=5; filename*=""`:         "Part 2 of this form has a name that cannot be read.",
		`form-data; name="a"; filename*=utf-8''caf%C3%A9`:   "a",
		`form-data; name="a"; filename*=iso-8859-1''caf%E9`: "Part 2 of this form has a name that cannot be read.",
		`form-data; name="a"; filename*=utf-8''%zz`:         "Part 2 of this form has a name that cannot be read.",
		`form-data; name="a`:                                "Part 2 of this form has a name that cannot be read.",
		`form-data; name="a"b"`:                             `a"b`,
		`form-data; name="a"; name="b"`:                     "Part 2 of this form has a name that cannot be read.",
		`form-data; filename="a"`:                           "Part 2 of this form has a name that cannot be read.",
		`form-data`:                                         "Part 2 of this form has a name that cannot be read.",
		`attachment; name="a"`:                              "Part 2 of this form has a name that cannot be read.",
		``:                                                  "Part 2 of this form has a name that cannot be read.",
	} {
		r := multipartRequest([2]string{`Content-Disposition: form-data; name="first"`, "1"}, [2]string{"Content-Disposition: " + said, "2"})
		values, err := Parse(r)
		if err != nil {
			if status, message := answer(err); status != 400 || message != want {
				t.Errorf("%s: %d %s", said, status, message)
			}
			continue
		}
		if values.All[want] == nil && r.MultipartForm.File[want] == nil {
			t.Errorf("%s: %v %v, want a value of %q", said, values, r.MultipartForm.File, want)
		}
	}
}

func TestParse_multipartContent(t *testing.T) {
	for _, content := range []string{"", "\r\n", "x--b--", "\r\n--bb\r\n", "\r\n--", "\n--b--\n", "--c\r\n", "\x00\xff", strings.Repeat("\r\n--", 100_000)} {
		r := multipartRequest(
			[2]string{`Content-Disposition: form-data; name="a"; filename="f"`, content + "."},
			[2]string{"Content-Disposition: form-data; name=\"b\"\r\nContent-Transfer-Encoding: quoted-printable", "=41"})
		if _, err := Parse(r); err != nil {
			t.Errorf("%.20q: %v", content, err)
			continue
		}
		equal(t, contentOf(t, r.MultipartForm.File["a"][0]), fmt.Sprintf("f %d %s.", len(content)+1, content))
		equal(t, r.MultipartForm.Value["b"], []string{"A"})
	}
}

// TestParse_multipartCut: a form that arrives incomplete is refused, wherever it ends.
func TestParse_multipartCut(t *testing.T) {
	body := multipartBody(
		[2]string{`Content-Disposition: form-data; name="a"; filename="f"`, "content"},
		[2]string{`Content-Disposition: form-data; name="b"`, "text"})
	whole := strings.TrimSuffix(body, "\r\n")
	for n := range len(whole) + 1 {
		_, err := Parse(sent("/", "multipart/form-data; boundary=b", whole[:n]))
		if status, _ := answer(err); (status == 400) != (n < len(whole)) {
			t.Errorf("%q: %v", whole[:n], err)
		}
	}
}

func TestParse_multipartErrors(t *testing.T) {
	header := "Content-Disposition: form-data; name=a\r\n" + strings.Repeat("a: b\r\n", 6000)
	r := multipartRequest([2]string{header, ""}, [2]string{header, ""})
	_, err := Parse(r)
	if status, message := answer(err); status != 413 || message != "This form has too many parts or too much text. Send less at once." {
		t.Errorf("12,000 header fields: %d %s", status, message)
	}

	_, err = Parse(multipartRequest([2]string{"Content-Disposition: form-data; name=\"a\x00b\"", ""}))
	if status, _ := answer(err); status != 400 || !strings.Contains(err.Error(), "part 1: ") {
		t.Errorf("a zero byte in a name: %v", err)
	}

	broken := errors.New("broken off")
	r = multipartRequest()
	r.Body = io.NopCloser(io.MultiReader(strings.NewReader("--b\r\nContent-Disposition: form-data; name=a\r\n\r\nhalf"), errReader{broken}))
	if _, err := Parse(r); !errors.Is(err, broken) {
		t.Error(err)
	}

	r = multipartRequest()
	if _, err := r.MultipartReader(); err != nil {
		t.Fatal(err)
	}
	_, err = Parse(r)
	if status, _ := answer(err); status != 400 {
		t.Errorf("after a middleware has called MultipartReader: %v", err)
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }
