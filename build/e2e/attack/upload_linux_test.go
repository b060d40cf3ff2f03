package attack

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// An upload is a body that claims to hold a file.
type upload struct {
	kind string // the Content-Type; empty: with the boundary of body
	body string // \n stands for CR LF
	want []int  // the statuses that will do
	more int    // the Content-Length says so many bytes more
}

// part is a body with one part of these headers.
func part(headers, content string) string {
	return "--b\n" + headers + "\n\n" + content + "\n--b--\n"
}

func uploads(yield func(upload) bool) {
	// Names that lead out of the folder that somebody puts them in.
	for _, name := range []string{"../evil", "../../../../../../tmp/evil", "/tmp/evil", "//tmp/evil", "/", "//", ".", "..", "../", "...", "a/..", "a/.", "a/", "./evil", "~/evil", "~root/evil", `..\..\evil`, `C:\evil`, `\\\\host\\evil`, "evil\x00.txt", "evil\t", " ", "  ../evil", "../evil ", "%2e%2e%2fevil", "..%2fevil", "..%c0%afevil", "．．/evil", "\u2025/evil", "\xff/evil", "\x2e\x2e\x2fevil", "CON", "evil:stream", "-rf", ".bashrc", strings.Repeat("../", 1000) + "evil", strings.Repeat("a", 5000), "<script>alert(1)</script>", `"; filename="../evil`, "a\nContent-Type: text/html\n\n"} {
		quoted := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name)
		escaped := strings.NewReplacer("/", "%2f", ".", "%2e", " ", "%20", "\x00", "%00", `"`, "%22", "\n", "%0d%0a").Replace(name)
		for _, disposition := range []string{
			`form-data; name="file"; filename="` + quoted + `"`,
			`form-data; name="file"; filename=` + name,
			`form-data; name="file"; filename*=UTF-8''` + escaped,
			`form-data; name="file"; filename="plain"; filename*=UTF-8''` + escaped,
			`form-data; name="file"; filename*0="` + quoted + `"; filename*1="x"`,
			`form-data; name="file"; filename="plain"; filename="` + quoted + `"`,
			`attachment; name="file"; filename="` + quoted + `"`,
			`form-data; filename="` + quoted + `"; name="file"`,
		} {
			if !yield(upload{body: part("Content-Disposition: "+disposition, "true"), want: []int{200, 400}}) {
				return
			}
		}
	}
	plain := `Content-Disposition: form-data; name="file"; filename="plain"`
	whole := part(plain, "true")
	for _, u := range []upload{
		// Lies about sizes.
		{body: part(plain+"\nContent-Length: 99999999999", "true"), want: []int{200}},
		{body: part(plain+"\nContent-Length: 0", "true"), want: []int{200}},
		{body: part(plain+"\nContent-Length: -1", "true"), want: []int{200}},
		{body: part(plain+"\nContent-Range: bytes 0-3/99999999999", "true"), want: []int{200}},
		{body: part(plain+"; size=99999999999", "true"), want: []int{200}},
		{body: whole, more: 1},
		{body: whole, more: 1_000_000},
		{body: whole, more: 1 << 40}, // nobody reads behind the last part
		{body: whole, more: -1, want: []int{200, 400}},
		{body: whole, more: -12, want: []int{400}},
		{body: whole, more: -len(whole), want: []int{400}},
		// No file, or hardly one.
		{kind: "multipart/form-data", body: whole, want: []int{400}},
		{kind: "multipart/form-data; boundary=", body: whole, want: []int{400}},
		{kind: "multipart/form-data; boundary=c", body: whole, want: []int{400}},
		{kind: "multipart/form-data; boundary=\"\"", body: whole, want: []int{400}},
		{kind: "multipart/form-data; boundary=b; boundary=c", body: whole, want: []int{400, 415}},
		{kind: "multipart/form-data; boundary=" + strings.Repeat("b", 10_000), body: whole, want: []int{400}},
		{kind: "multipart/form-data; boundary=\"b\r\n\"", body: whole, want: []int{400, 415}},
		{kind: "multipart/form-data; boundary=\x00", body: whole, want: []int{400, 415}},
		{kind: "multipart/mixed; boundary=b", body: whole, want: []int{415}},
		{kind: "multipart/form-data, multipart/form-data; boundary=b", body: whole, want: []int{400, 415}},
		{kind: "MULTIPART/FORM-DATA; BOUNDARY=b", body: whole, want: []int{200}},
		{kind: "text/plain", body: whole, want: []int{415}},
		{kind: "application/x-www-form-urlencoded", body: whole, want: []int{400}},
		{kind: "application/x-www-form-urlencoded", body: "file=/etc/passwd", want: []int{400}},
		{body: "", want: []int{400}},
		{body: "\n", want: []int{400}},
		{body: "--b", want: []int{400}},
		{body: "--b--", want: []int{400}},
		{body: "--b--\n", want: []int{400}},
		{body: "--b\n--b\n--b--\n", want: []int{400}},
		{body: "--b\n\n\n--b--\n", want: []int{400}},
		{body: "--b\n" + plain + "\n\ntrue", want: []int{400}},
		{body: "--b\n" + plain + "\n\ntrue\n--b", want: []int{400}},
		{body: "--b\n" + plain + "\n\ntrue\n--c--\n", want: []int{400}},
		{body: "--b\n" + plain, want: []int{400}},
		{body: "--b\n" + plain + "\n", want: []int{400}},
		{body: whole + whole, want: []int{200}},
		{body: strings.Repeat("x", 1_000_000) + "\n" + whole, want: []int{200, 400}},
		{body: whole + strings.Repeat("x", 1_000_000), want: []int{200}},
		{body: part("Content-Disposition", "true"), want: []int{400}},
		{body: part("Content-Disposition:", "true"), want: []int{400}},
		{body: part("Content-Disposition: form-data", "true"), want: []int{400}},
		{body: part("Content-Disposition: form-data; name=file", "true"), want: []int{400}},
		{body: part("Content-Disposition: form-data; filename=plain", "true"), want: []int{400}},
		{body: part("Content-Disposition: form-data; name=\"file\"; filename=\"\"", "true"), want: []int{400}},
		{body: part("Content-Disposition: form-data; name=\"file\x00\"; filename=\"plain\"", "true"), want: []int{400}},
		{body: part("Content-Type: text/plain", "true"), want: []int{400}},
		{body: part(plain+"\nContent-Disposition: form-data; name=\"x\"", "true"), want: []int{200, 400}},
		{body: part(plain+"\nContent-Transfer-Encoding: base64", "dHJ1ZQ=="), want: []int{200}},
		{body: part(plain+"\nContent-Transfer-Encoding: quoted-printable", "=74rue=zz"), want: []int{200, 400}},
		{body: part(plain+"\nContent-Type: multipart/mixed; boundary=c", "--c\n\ntrue\n--c--"), want: []int{200}},
		{body: part(plain+"\nX: "+strings.Repeat("a", 100_000), "true"), want: []int{200, 400, 413}},
		{body: part(plain+strings.Repeat("\nX: a", 20_000), "true"), want: []int{400, 413}},
		{body: part(plain+"\nX: y\r\r", "true"), want: []int{200, 400}},
		{body: part(" "+plain, "true"), want: []int{400}},
		{body: strings.ReplaceAll(whole, "\n", "\r"), want: []int{400}},
	} {
		if !yield(u) {
			return
		}
	}
}

// Uploads whose headers are false reach the plug-in with a harmless name, or not at all.
// Nothing is left of them, and nothing is written elsewhere.
func TestUpload_falseHeaders(t *testing.T) {
	d := desktop.Start(t)
	v := startOn(t, d, nil)
	tool.Get(t, v.URL+"app.settings")
	desktop.Await(t, "the settings to be saved", func() bool {
		_, err := os.Stat(filepath.Join(d.Home(), ".config/target/settings.json"))
		return err == nil
	})
	before := files(t, d.Home(), "/tmp")
	var all []upload
	for u := range uploads {
		all = append(all, u)
	}
	right := make([]bool, len(all))
	each(len(all), func(i int) {
		u := all[i]
		body := strings.ReplaceAll(u.body, "\n", "\r\n")
		if u.kind == "" {
			u.kind = "multipart/form-data; boundary=b"
		}
		answers, err := v.ask(fmt.Sprintf("POST /upload HTTP/1.1\n%sContent-Type: %s\nContent-Length: %d\n\n", own, u.kind, len(body)+u.more) + u.body)
		if err != nil {
			t.Errorf("%.300q: %v", u.body, err)
			return
		}
		switch {
		case len(answers) == 0 && (u.want == nil || slices.Contains(u.want, 400)): // it was not whole
			right[i] = true
		case len(answers) == 0 || u.want != nil && !slices.Contains(u.want, answers[0].StatusCode):
			t.Errorf("%.300q as %.50q and %d bytes more: %d answers", u.body, u.kind, u.more, len(answers))
			for _, a := range answers {
				t.Log(a.Status)
			}
		case flaw(answers[0]) != "":
			t.Errorf("%.300q: %s", u.body, flaw(answers[0]))
		default:
			right[i] = true
		}
	})
	// What was said of each file that has arrived.
	arrived := regexp.MustCompile(`^upload "(.*)" said (\d+) read (\d+) whole$`)
	names := 0
	for _, line := range v.reached() {
		switch found := arrived.FindStringSubmatch(line); {
		case found == nil:
			t.Errorf("reached: %s", line)
		case found[2] != found[3]:
			t.Errorf("a wrong size: %s", line)
		case strings.Contains(found[1], "/") || found[1] == "." || found[1] == "..":
			t.Errorf("a name that leads elsewhere: %s", line)
		default:
			names++
		}
	}
	t.Logf("%d of them arrived", names)
	if t.Failed() {
		clear(right)
	}
	if after := files(t, d.Home(), "/tmp"); !slices.Equal(after, before) {
		t.Errorf("files before: %q\nand after: %q", before, after)
		clear(right)
	}
	held := 0
	for _, ok := range right {
		if ok {
			held++
		}
	}
	proof.Held(t, "uploads that lie about name, size or form arrive as what they are or not at all, and leave nothing", len(all), held)
}

// files lists the files below home, and what is called evil in the other folders.
func files(t *testing.T, home string, others ...string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(home, func(path string, e fs.DirEntry, err error) error {
		paths = append(paths, path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range others {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if strings.Contains(e.Name(), "evil") || strings.HasPrefix(e.Name(), "multipart-") {
				paths = append(paths, e.Name())
			}
		}
	}
	return paths
}
