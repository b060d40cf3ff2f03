package create

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// tutorialFile matches the files that the tutorial says to write, each in a block.
var tutorialFile = regexp.MustCompile("(?s)\n(?:[^\n]* write|Write|Replace) `([^`\n]+)`:\n\n```[a-z]+\n(.*?)```\n")

// TestTutorial follows the tutorial.
func TestTutorial(t *testing.T) {
	t.Chdir(t.TempDir())
	text := read(t, filepath.Join(project, "app", "README.md"))
	_, command, _ := strings.Cut(text, "go run ./build/dibble new ")
	command, _, _ = strings.Cut(command, "\n")
	const flags, dir = `-name "Tea Timer" -id org.example.teatimer`, "teatimer"
	if command != flags+" ../"+dir {
		t.Fatalf("the tutorial says new %s", command)
	}
	if err := Run(t.Context(), []string{"-name", "Tea Timer", "-id", "org.example.teatimer", dir}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"greeter.go", "greeter_test.go"} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	files := tutorialFile.FindAllStringSubmatch(text, -1)
	if len(files) != 3 {
		t.Fatalf("the tutorial has %d files, want 3", len(files))
	}
	for _, f := range files {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(f[1])), []byte(f[2]), 0o666); err != nil {
			t.Error(err)
		}
	}
	const old, plugins = "Plugins: []any{Greeter{}},\n", "Plugins: []any{&Timer{}},\n"
	if !strings.Contains(text, plugins) {
		t.Errorf("the tutorial does not have %s", plugins)
	}
	main := strings.Replace(read(t, filepath.Join(dir, "main.go")), old, plugins, 1)
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(main), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"vet", "."}, {"test", "."}} {
		cmd := exec.Command("go", args...)
		cmd.Dir = dir
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("go %v: %v\n%s", args, err, out)
		}
	}
}
