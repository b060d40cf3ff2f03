package create

import (
	"os"
	"path/filepath"
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
			if proof.Whole() { // SQLite takes minutes to compile
				for _, goos := range []string{"linux", "windows", "darwin"} {
					run(t, dir, append(offline, "GOOS="+goos, "CGO_ENABLED=0"), "go", "vet", "./...")
				}
			}
			run(t, dir, append(offline, "GOFLAGS=-mod=readonly -count=1"), "go", "test", "./...")
		})
	}
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
