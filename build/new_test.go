package main

import (
	"bufio"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// makeTool is the verb, called in a folder.
func makeTool(t *testing.T, in string, args ...string) error {
	t.Helper()
	t.Chdir(project)
	calledIn = in
	return newTool(args)
}

// project is the folder of the root module.
var project, _ = filepath.Abs("..")

func TestNew(t *testing.T) {
	parent := t.TempDir()
	if err := makeTool(t, parent, "my-notes"); err != nil {
		t.Fatal(err)
	}
	dir, home := filepath.Join(parent, "my-notes"), t.TempDir()
	program := filepath.Join(parent, "program.exe")
	command := func(name string, args ...string) *exec.Cmd {
		cmd := exec.Command(name, args...)
		cmd.Dir = dir
		cmd.Stderr = os.Stderr
		return cmd
	}
	for _, args := range [][]string{{"vet", "."}, {"test", "."}, {"build", "-o", program, "."}} {
		cmd := command("go", args...)
		// Nothing has to be fetched or written first that this module does not need.
		cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=readonly")
		if out, err := cmd.Output(); err != nil {
			t.Fatalf("go %s: %v\n%s", args[0], err, out)
		}
	}

	var env []string
	for _, name := range []string{"HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "APPDATA", "LOCALAPPDATA"} {
		env = append(env, name+"="+home)
	}
	tool := command(program, "-port", "0", "-no-browser", "-no-tray")
	tool.Env = append(os.Environ(), env...)
	stdout, err := tool.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := tool.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	name, url, _ := strings.Cut(strings.TrimSpace(line), " is running at ")
	if err != nil || name != "My notes" {
		t.Errorf("%q, %v", line, err)
	}
	if page := fetch(t, url); !strings.Contains(page, "Hello, world!") {
		t.Errorf("the page is %q", page)
	}
	if fetch(t, url+"favicon.ico") != string(initialsIcon("my-notes")) {
		t.Error("its icon is not that of its initials")
	}
	quit := command(program, "-quit")
	quit.Env = tool.Env
	if out, err := quit.Output(); err != nil {
		t.Errorf("-quit: %v\n%s", err, out)
		tool.Process.Kill()
	}
	if err := tool.Wait(); err != nil {
		t.Error(err)
	}
}

func fetch(t *testing.T, url string) string {
	t.Helper()
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url)
	if err != nil {
		t.Error(err)
		return ""
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return string(page)
}

func TestNew_readme(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(project, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	program, err := firstTool.ReadFile("new/main.go")
	if err != nil {
		t.Fatal(err)
	}
	_, shown, _ := strings.Cut(string(readme), "```go\n")
	shown, _, _ = strings.Cut(shown, "```\n")
	if shown == "" || !strings.Contains(string(program), shown) {
		t.Errorf("new/main.go has no\n%s", shown)
	}
}

func TestNew_emptyFolder(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "greeter")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := makeTool(t, t.TempDir(), dir); err != nil {
		t.Fatal(err)
	}
	if got, want := names(t, dir), []string{"go.mod", "go.sum", "icon.png", "main.go", "main_test.go"}; !slices.Equal(got, want) {
		t.Errorf("in the folder are %q, want %q", got, want)
	}
	if got := names(t, parent); len(got) != 1 {
		t.Errorf("beside the folder are %q", got)
	}
}

func TestNew_refused(t *testing.T) {
	parent := tree(t, map[string]string{"full/note.txt": "", "file": ""})
	was := names(t, parent)
	for _, test := range []struct {
		args []string
		want string
	}{
		{nil, "want the folder"},
		{[]string{"a", "b"}, "want the folder"},
		{[]string{"full"}, "it has note.txt"},
		{[]string{"file"}, "not a directory"},
		{[]string{"missing/greeter"}, "missing"},
		{[]string{"file/greeter"}, "file"},
		{[]string{filepath.Join(project, "greeter")}, "such as ../greeter"},
		{[]string{filepath.Join(project, "app", "greeter")}, "such as ../greeter"},
		{[]string{"dibbler"}, "sample"},
		{[]string{"con"}, "device"},
		{[]string{"lpt9"}, "device"},
		{[]string{"Greeter"}, `"Greeter"`},
		{[]string{"my notes"}, `"my notes"`},
		{[]string{"-greeter"}, `"-greeter"`},
		{[]string{"my--notes"}, `"my--notes"`},
		{[]string{"a.b"}, `"a.b"`},
		{[]string{"."}, ""},
		{[]string{""}, ""},
	} {
		if err := makeTool(t, parent, test.args...); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: %v, want %q", test.args, err, test.want)
		}
		if is := names(t, parent); !slices.Equal(is, was) {
			t.Fatalf("%q: leaves %q", test.args, is)
		}
	}
}

func TestWriteFolder_failed(t *testing.T) {
	parent := t.TempDir()
	files := map[string][]byte{"go.mod": nil, "missing/main.go": nil}
	if err := writeFolder(filepath.Join(parent, "greeter"), files); err == nil {
		t.Error("a file was written into a folder that is not there")
	}
	if left := names(t, parent); left != nil {
		t.Errorf("left are %q", left)
	}
}

func TestToolModule_oddFolder(t *testing.T) {
	root := filepath.Join(tree(t, map[string]string{"it's (a b), c/go.mod": "module m\n\ngo 1.26\n"}), "it's (a b), c")
	mod, err := toolModule("greeter", filepath.Join(filepath.Dir(root), "greeter"), root)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "mod", "edit", "-json")
	cmd.Dir = tree(t, map[string]string{"go.mod": string(mod)})
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Replace []struct{ Old, New struct{ Path string } }
	}
	if err := json.Unmarshal(out, &got); err != nil || len(got.Replace) != 1 || got.Replace[0].Old.Path != "m" || got.Replace[0].New.Path != "../it's (a b), c" {
		t.Errorf("%v, %+v in\n%s", err, got, mod)
	}
}

func TestNew_inWorkspace(t *testing.T) {
	parent := tree(t, map[string]string{"go.work": "go 1.26\n\nuse ./other\n", "other/go.mod": "module other\n\ngo 1.26\n"})
	if err := makeTool(t, parent, "greeter"); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "vet", ".")
	cmd.Dir = filepath.Join(parent, "greeter")
	cmd.Env = append(os.Environ(), "GOPROXY=off", "GOFLAGS=-mod=readonly")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("go vet: %v\n%s", err, out)
	}

	t.Setenv("GOWORK", filepath.Join(parent, "go.work"))
	if err := makeTool(t, parent, "notes"); err == nil || !strings.Contains(err.Error(), "unset it") {
		t.Errorf("with GOWORK set: %v", err)
	}
}

// names returns the names of what is in a folder, in order.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range entries {
		list = append(list, e.Name())
	}
	return list
}
