package create

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// dibble is the path of the command.
var dibble string

func TestMain(m *testing.M) { tool.Main(m, map[*string]string{&dibble: "../../dibble"}) }

var templates = []string{"greeter", "expenses", "checksums"}

// offline makes go commands use only the module cache, and write no go.mod.
var offline = []string{"GOPROXY=off", "GOFLAGS=-mod=readonly"}

// made are the tools that makeTool has made, by template.
var made = map[string]string{}

// makeTool makes a tool from a template, in a folder whose path is difficult for go commands,
// and downloads the modules that it needs. It makes each once.
func makeTool(t *testing.T, template string) (dir string) {
	t.Helper()
	if dir := made[template]; dir != "" {
		return dir
	}
	parent := filepath.Join(filepath.Dir(dibble), template, "Übungen (neu), it's")
	if err := os.MkdirAll(parent, 0o777); err != nil {
		t.Fatal(err)
	}
	run(t, parent, nil, dibble, "new", "-template", template, "Mein Werkzeug")
	dir = filepath.Join(parent, "Mein Werkzeug")
	run(t, dir, nil, "go", "mod", "download")
	made[template] = dir
	return dir
}

// run runs a command in a folder, with variables added to the environment, and returns
// its output.
func run(t *testing.T, dir string, env []string, name string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}
