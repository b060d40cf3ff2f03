package create

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// project is the folder of the root module.
var project, _ = filepath.Abs(filepath.Join("..", "..", "..", ".."))

// tree makes files in a new folder.
func tree(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// list returns the names of all files in a folder, in order.
func list(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, filepath.ToSlash(strings.TrimPrefix(path, dir+string(filepath.Separator))))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// checkComplete fails the test unless go.mod and go.sum are complete for the tool and its
// commands. env is added to the environment.
func checkComplete(t *testing.T, dir string, env ...string) {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", ".", "github.com/dibbler-app/dibbler/build/dibble")
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOFLAGS=-mod=readonly"), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go list: %v\n%s", err, out)
	}
}

func TestRun(t *testing.T) {
	t.Chdir(tree(t, map[string]string{"Übung (1)/other/.keep": ""}))
	dir := filepath.Join("Übung (1)", "Tea Timer")
	if err := Run(t.Context(), []string{dir}); err != nil {
		t.Fatal(err)
	}
	want := []string{
		".gitignore", "README.md", "go.mod", "go.sum", "greeter.go", "greeter_test.go",
		"icon/icon.ico", "icon/tray.png", "icon.go", "icon.svg", "main.go", "web/home.html",
	}
	if got := list(t, dir); !slices.Equal(got, want) {
		t.Errorf("the folder has %q, want %q", got, want)
	}
	if got := list(t, "Übung (1)"); len(got) != len(want)+1 {
		t.Errorf("there are files beside the folder: %q", got)
	}
	main := read(t, filepath.Join(dir, "main.go"))
	for _, want := range []string{`"Tea Timer"`, `"com.example.tea-timer"`} {
		if !strings.Contains(main, want) {
			t.Errorf("main.go does not have %s:\n%s", want, main)
		}
	}
	if mod := read(t, filepath.Join(dir, "go.mod")); !strings.HasPrefix(mod, "module example.com/tea-timer\n") {
		t.Errorf("go.mod is\n%s", mod)
	}
	checkComplete(t, dir, "GOPROXY=off")
}

func TestRun_flags(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := Run(t.Context(), []string{"-name", `Ada's $Tea & 100% Ü`, "-id", "org.example.tea-2", "-template", "greeter", "x"}); err != nil {
		t.Fatal(err)
	}
	main := read(t, filepath.Join("x", "main.go"))
	for _, want := range []string{`"Ada's $Tea & 100% Ü"`, `"org.example.tea-2"`} {
		if !strings.Contains(main, want) {
			t.Errorf("main.go does not have %s:\n%s", want, main)
		}
	}
	if got, want := read(t, filepath.Join("x", ".gitignore")), "/tea-2\n"; !strings.Contains(got, want) {
		t.Errorf(".gitignore does not have %s:\n%s", want, got)
	}
}

func TestRun_emptyFolder(t *testing.T) {
	t.Chdir(tree(t, map[string]string{"greeter/.git/HEAD": "ref"}))
	t.Chdir("greeter")
	if err := Run(t.Context(), []string{"."}); err != nil {
		t.Fatal(err)
	}
	if got := list(t, "."); !slices.Contains(got, "main.go") || !slices.Contains(got, ".git/HEAD") {
		t.Errorf("the folder has %q", got)
	}
}

func TestRun_refused(t *testing.T) {
	parent := tree(t, map[string]string{"full/note.txt": "", "file": ""})
	t.Chdir(parent)
	was := list(t, parent)
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "give the folder to make"},
		{[]string{"a", "b"}, "give one folder"},
		{[]string{"tea", "-name", "Tea"}, "Flags come first"},
		{[]string{"-name"}, "-help"},
		{[]string{"-template", "shop", "a"}, "expenses"},
		{[]string{""}, ""},
		{[]string{"full"}, "it has note.txt"},
		{[]string{"."}, "is not empty"},
		{[]string{"file"}, "is a file"},
		{[]string{"missing/greeter"}, "make it first"},
		{[]string{"file/greeter"}, "file"},
		{[]string{filepath.Join(project, "greeter")}, filepath.Join(filepath.Dir(project), "greeter")},
		{[]string{filepath.Join(project, "app", "greeter")}, "in Dibbler's own folder"},
		{[]string{"dibbler"}, "sample"},
		{[]string{"con"}, "device"},
		{[]string{"LPT9"}, "my-lpt9"},
		{[]string{"-id", "con.example.tea", "a"}, "device"},
		{[]string{"-id", "com.example.nul", "a"}, "com.example.my-nul"},
		{[]string{"func"}, "reserved word"},
		{[]string{"Main"}, "my-main"},
		{[]string{"internal"}, "cannot import"},
		{[]string{"test"}, "shell"},
		{[]string{"日本"}, "-id com.example.teatimer"},
		{[]string{"-id", "Com.Example.Tea Timer", "a"}, "such as -id com.example.tea-timer"},
		{[]string{"-id", "..", "a"}, "such as -id com.example.teatimer"},
		{[]string{"-id", "a." + strings.Repeat("b", longestID-1), "a"}, "at most 96"},
		{[]string{"web"}, "pages"},
		{[]string{"Icon"}, "my-icon"},
		{[]string{"-id", "org.example.dist", "a"}, "packages"},
		{[]string{"v2"}, "my-v2"},
		{[]string{"svg"}, "my-svg"},
		{[]string{"x"}, "my-x"},
		{[]string{"-id", "com.example.x", "a"}, "too short"},
		{[]string{"-name", "Tea: green", "a"}, "none of < >"},
		{[]string{"-name", `Ada's "Tea"`, "a"}, "none of < >"},
		{[]string{"-name", "Tea.", "a"}, "begin or end with a dot"},
		{[]string{"-name", "Con .1", "tea"}, "device"},
		{[]string{"-name", " ", "a"}, "of one line"},
		{[]string{"-name", "a\nb", "a"}, "of one line"},
		{[]string{"-name", strings.Repeat("a", 41), "a"}, "at most 40"},
	} {
		if err := Run(t.Context(), test.args); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want %q", test.args, err, test.want)
		}
		if is := list(t, parent); !slices.Equal(is, was) {
			t.Fatalf("%q: leaves %q", test.args, is)
		}
	}
}

func TestRun_environment(t *testing.T) {
	for _, test := range []struct{ name, value, want string }{
		{"GO111MODULE", "off", "unset GO111MODULE"},
		{"GOFLAGS", "-v -mod=vendor", "unset GOFLAGS"},
		{"GOFLAGS", "-modfile=other.mod", "unset GOFLAGS"},
		{"GOWORK", "go.work", "unset GOWORK"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := tree(t, map[string]string{"go.work": "go 1.26\n", "other.mod": "module other\n"})
			t.Chdir(dir)
			value := test.value
			if value == "go.work" {
				value = filepath.Join(dir, value)
			}
			t.Setenv(test.name, value)
			if err := Run(t.Context(), []string{"tea"}); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s=%s: %v, want %q", test.name, value, err, test.want)
			}
			if got := list(t, dir); len(got) != 2 {
				t.Errorf("left are %q", got)
			}
		})
	}
}

func TestRun_workspace(t *testing.T) {
	t.Chdir(tree(t, map[string]string{"go.work": "go 1.26\n\nuse ./other\n", "other/go.mod": "module other\n\ngo 1.26\n"}))
	if err := Run(t.Context(), []string{"tea"}); err != nil {
		t.Fatal(err)
	}
	// In a workspace, the go command reads the go.mod files of all modules in the graph,
	// including those that are not built. It downloads them once.
	checkComplete(t, "tea")
	if work := read(t, filepath.Join("tea", "go.work")); !strings.Contains(work, "../go.work") {
		t.Errorf("go.work does not explain why it exists:\n%s", work)
	}
}

func TestWriteFolder_failed(t *testing.T) {
	parent := t.TempDir()
	files := map[string][]byte{"go.mod": nil, "go.mod/main.go": nil}
	if err := writeFolder(filepath.Join(parent, "greeter"), files); err == nil {
		t.Error("writeFolder writes into a file")
	}
	if left := list(t, parent); left != nil {
		t.Errorf("left are %q", left)
	}
}

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"Grüner Tee": "gruener-tee", "Gru\u0308ner Tee": "gruener-tee", "my_notes.v2": "my-notes-v2", "  -- ": "",
		"Señor": "senor", "Łódź": "lodz", "Ada's": "adas", "e\u0301t\u0301": "et", "日本 2": "2",
	} {
		if got := plain(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestTitle(t *testing.T) {
	for folder, want := range map[string]string{
		"teatimer": "Teatimer", "my-notes": "My notes", "Tea Timer": "Tea Timer", "übung_1": "Übung 1", "-": "",
	} {
		if got := title(folder); got != want {
			t.Errorf("%q: %q, want %q", folder, got, want)
		}
	}
}

func TestShellWord(t *testing.T) {
	for path, want := range map[string]string{"../tea": "../tea", "Tea Timer": "'Tea Timer'", "it's": `'it'\''s'`, `a\b`: `'a\b'`, "{a,b}": "'{a,b}'", "-tea": "./-tea", "-a b": "'./-a b'"} {
		if got := shellWord(path); got != want && os.PathSeparator == '/' {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

func TestTemplates(t *testing.T) {
	for _, template := range templates {
		files, err := template.read()
		if err != nil {
			t.Fatal(err)
		}
		main := string(files["main.go"])
		for _, once := range []string{fmt.Sprintf("%q", template.title), fmt.Sprintf("%q", "com.example."+template.name)} {
			if n := strings.Count(main, once); n != 1 {
				t.Errorf("%s: main.go has %s %d times", template.name, once, n)
			}
		}
	}
}
