package create

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

func TestTemplate_module(t *testing.T) {
	for _, template := range templates {
		t.Run(template, func(t *testing.T) {
			dir := makeTool(t, template)
			if out := run(t, dir, nil, "gofmt", "-l", "."); out != "" {
				t.Errorf("gofmt would change %s", out)
			}
			run(t, dir, nil, "go", "mod", "tidy", "-diff")
			run(t, dir, offline, "go", "vet", "./...")
			if proof.Whole() { // SQLite takes minutes to compile
				for _, goos := range []string{"linux", "windows", "darwin"} {
					run(t, dir, append(offline, "GOOS="+goos, "CGO_ENABLED=0"), "go", "vet", "./...")
				}
			}
			run(t, dir, append(offline, "GOFLAGS=-mod=readonly -count=1"), "go", "test", "./...")
			if out := run(t, dir, offline, "go", "tool"); !strings.Contains(out, "/build/dibble\n") {
				t.Errorf("go tool does not list dibble:\n%s", out)
			}
		})
	}
}

// TestTemplate_cache makes a go command use a read-only module cache.
func TestTemplate_cache(t *testing.T) {
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("a read-only mount needs root, on Linux")
	}
	dir := makeTool(t, "expenses")
	cache := strings.TrimSpace(run(t, dir, nil, "go", "env", "GOMODCACHE"))
	const mount = `mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" || exit 100; shift; exec "$@"`
	inNamespace := []string{"--mount", "sh", "-c", mount, "sh", cache}
	run(t, dir, offline, "unshare", append(inNamespace, "go", "vet", "./...")...)
	run(t, dir, offline, "unshare", append(inNamespace, "go", "tool", "dibble", "new", "-help")...)
}

// TestTemplate_icons compares the icons of dibble icons with those that dibble new has drawn
// without its libraries: icon.go says that they come from the same icon.svg.
func TestTemplate_icons(t *testing.T) {
	dir := makeTool(t, "greeter")
	name := filepath.Join(dir, "icon.go")
	made, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	run(t, dir, nil, "go", "generate")
	drawn, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(drawn) != string(made) {
		t.Errorf("dibble icons writes\n%s\nand dibble new\n%s", drawn, made)
	}
}

// TestTemplate_git commits and clones a tool: .gitignore ignores no file that it needs.
func TestTemplate_git(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("no git here (Debian package git)")
	}
	for _, template := range templates {
		t.Run(template, func(t *testing.T) {
			dir := makeTool(t, template)
			if template == "greeter" {
				run(t, dir, offline, "go", "build") // .gitignore ignores its output
			}
			git := func(dir string, args ...string) string {
				return run(t, dir, nil, "git", append([]string{"-c", "user.name=Ada", "-c", "user.email=ada@example.org"}, args...)...)
			}
			git(dir, "init", "-q")
			git(dir, "add", ".")
			git(dir, "commit", "-q", "-m", "begin")
			if out := git(dir, "status", "--short"); out != "" {
				t.Errorf("git status says\n%s", out)
			}
			if out := git(dir, "ls-files"); strings.Contains(out, "mein-werkzeug") {
				t.Errorf("the program was committed:\n%s", out)
			}
			git(filepath.Dir(dir), "clone", "-q", dir, "clone")
			run(t, filepath.Join(filepath.Dir(dir), "clone"), offline, "go", "vet", "./...")
		})
	}
}
