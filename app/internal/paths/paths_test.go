package paths

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// setHome makes dir the home folder.
func setHome(t *testing.T, dir string) {
	t.Helper()
	t.Setenv("HOME", dir)
	t.Setenv("USERPROFILE", dir)
}

func TestParse(t *testing.T) {
	home := t.TempDir()
	setHome(t, home)
	in := func(name string) string { return filepath.Join(home, name) }
	uri := "file://" + filepath.ToSlash(home)
	if runtime.GOOS == "windows" {
		uri = "file:///" + filepath.ToSlash(home)
	}
	for typed, want := range map[string]string{
		in("a"):                        in("a"),
		" " + in("a") + "\n":           in("a"),
		`"` + in("a b ") + `"`:         in("a b "),
		"'" + in(`a"b`) + "'":          in(`a"b`),
		"~":                            home,
		"~/a":                          in("a"),
		`"~/a"`:                        in("a"),
		in("x/../a/"):                  in("a"),
		uri + "/a%20b+c%C3%BC":         in("a b+cü"),
		"a":                            "", // relative
		"./a":                          "",
		"~ada/a":                       "",
		`"`:                            "",
		"":                             "",
		in("a") + "\x00":               "",
		"https://example.org/a":        "",
		"file:a":                       "",
		"file://example.org/a":         "",
		"file://ada@localhost/a":       "",
		uri + "/%00":                   "",
		uri + "/%zz":                   "",
		uri + "/a?b":                   "",
		uri + "/a#b":                   "",
		uri + "/a?":                    "",
		uri + "/a#":                    "",
		"data:text/plain,a":            "",
		strings.Repeat("~/", 2) + "..": home + string(filepath.Separator) + "~",
	} {
		if strings.HasSuffix(typed, "..") {
			want = home
		}
		got, problem := Parse(typed)
		if got != want || (problem == "") != (want != "") || problem != "" && !strings.HasSuffix(problem, ".") {
			t.Errorf("%q: %q, %q; want %q", typed, got, problem, want)
		}
	}
	if _, problem := Parse("a"); problem != "Enter a full path, such as "+in("Documents")+"." {
		t.Errorf("a relative path: %q", problem)
	}
	setHome(t, "")
	for _, typed := range []string{"a", "~/a"} {
		if got, problem := Parse(typed); problem == "" {
			t.Errorf("%q without a home: %q", typed, got)
		}
	}
}

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"empty", "one/two", "many"} {
		if err := os.MkdirAll(in(name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for i := range mostCounted + 1 {
		if err := os.WriteFile(in(fmt.Sprint("many/", i)), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, size := range map[string]int{"file": 1, "one/file": 0, "large": 1234567} {
		if err := os.WriteFile(in(name), make([]byte, size), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name          string
		kind          Kind
		note, problem string
	}{
		{"file", File, "A file of 1 byte.", ""},
		{"large", File, "A file of 1.2 MB.", ""},
		{"none", File, "", "There is no such file."},
		{"empty", File, "", "This is a folder; choose a file."},
		{"empty", Folder, "The folder is empty.", ""},
		{"one", Folder, "1 file and 1 folder.", ""},
		{"many", Folder, "More than 1000 files and folders.", ""},
		{"", Folder, "2 files and 3 folders.", ""},
		{"none", Folder, "", "There is no such folder."},
		{"file", Folder, "", "This is a file; choose a folder."},
		{"none", Save, "A new file.", ""},
		{"file", Save, "This file exists and will be replaced.", ""},
		{"empty", Save, "", "This is a folder; add the name of a file."},
		{"none/file", Save, "", "There is no folder " + in("none") + "."},
		{"none", "", "", "There is no such file."}, // a page without a kind
		{"file", "?", "A file of 1 byte.", ""},
	} {
		if note, problem := Check(in(test.name), test.kind); note != test.note || problem != test.problem {
			t.Errorf("%s as %q: %q, %q; want %q, %q", test.name, test.kind, note, problem, test.note, test.problem)
		}
	}
	if note, problem := Check("\x00", File); note != "" || problem == "" {
		t.Errorf("zero: %q, %q", note, problem)
	}
	if note, problem := Check(filepath.Join(dir, strings.Repeat("a", 10000)), File); note != "" || problem == "" {
		t.Errorf("long: %q, %q", note, problem)
	}
	if len(looking) > 0 {
		t.Error("the system is still looking up a path")
	}
}

// TestCheck_silent: the system is already looking up the maximum number of paths.
func TestCheck_silent(t *testing.T) {
	for range cap(looking) {
		looking <- struct{}{}
	}
	t.Cleanup(func() {
		for range cap(looking) {
			<-looking
		}
	})
	if note, problem := Check(t.TempDir(), Folder); note != "" || !strings.HasPrefix(problem, "The computer does not answer") {
		t.Errorf("%q, %q", note, problem)
	}
}

func TestSizeText(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 999: "999 bytes", 1000: "1.0 kB", 999_949: "999.9 kB", 999_950: "1.0 MB", 1 << 62: "4.6 EB"} {
		if got := sizeText(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestRecent(t *testing.T) {
	file := filepath.Join(t.TempDir(), "recent.json")
	r := NewRecent(file)
	if got := r.Of("a"); got != nil {
		t.Errorf("%q", got)
	}
	var want []string
	for i := range mostRecent + 3 {
		r.Add("a", fmt.Sprint(i))
		want = append([]string{fmt.Sprint(i)}, want...)
	}
	r.Add("a", "9")
	want = append([]string{"9"}, slices.DeleteFunc(want, func(s string) bool { return s == "9" })...)[:mostRecent]
	r.Add("b", "1")
	for _, r := range []*Recent{r, NewRecent(file)} {
		if got := r.Of("a"); !slices.Equal(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		if got := r.Of("b"); !slices.Equal(got, []string{"1"}) {
			t.Errorf("%q", got)
		}
	}
	full := map[string][]string{}
	for i := range mostFields {
		full[fmt.Sprint(i)] = []string{"/a"}
	}
	text, err := json.Marshal(full)
	if err == nil {
		err = os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	r = NewRecent(file)
	r.Add("0", "/b")
	r.Add("more", "/b")
	if of0, more := r.Of("0"), r.Of("more"); len(of0) != 2 || more != nil {
		t.Errorf("%q, %q", of0, more)
	}
	// A file that cannot be read does not prevent new paths.
	bad := NewRecent(t.TempDir())
	bad.Add("a", "1")
	if got := bad.Of("a"); got != nil {
		t.Errorf("%q", got)
	}
}
