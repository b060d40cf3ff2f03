package create

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestLibrary_replaced(t *testing.T) {
	parent := t.TempDir()
	for _, folder := range []string{"plain", "it's (a b), c", "b//c"} {
		lib := library{goVersion: "1.26.0", version: "v0.0.0", replace: filepath.Join(parent, folder)}
		mod := lib.goMod("tea", filepath.Join(parent, "tea"), nil)
		name := filepath.Join(parent, "go.mod")
		if err := os.WriteFile(name, mod, 0o666); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("go", "mod", "edit", "-json", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Replace []struct{ New struct{ Path string } }
		}
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatal(err)
		}
		if want := "../" + filepath.ToSlash(filepath.Clean(folder)); len(got.Replace) != 1 || got.Replace[0].New.Path != want {
			t.Errorf("%s: %+v in\n%s", folder, got, mod)
		}
	}
}

func TestLibrary_published(t *testing.T) {
	lib := library{
		goVersion: "1.26.0", version: "v1.2.0",
		requires: []required{{"b.example/b", "v2.0.0"}, {"a.example/a", "v1.0.0"}},
		sums:     []string{"b.example/b v2.0.0 h1:b=\n", "a.example/a v1.0.0 h1:a=\n", ""},
	}
	mod := lib.goMod("tea", t.TempDir(), []byte("require c.example/c v3.0.0\n"))
	const want = `module example.com/tea

go 1.26.0

tool github.com/dibbler-app/dibbler/build/dibble

require github.com/dibbler-app/dibbler v1.2.0

require c.example/c v3.0.0

require (
	a.example/a v1.0.0 // indirect
	b.example/b v2.0.0 // indirect
)
`
	if string(mod) != want {
		t.Errorf("got\n%s\nwant\n%s", mod, want)
	}
	sum := string(lib.goSum([]byte("b.example/b v2.0.0 h1:b=\nc.example/c v3.0.0 h1:c=\n")))
	if want := "a.example/a v1.0.0 h1:a=\nb.example/b v2.0.0 h1:b=\nc.example/c v3.0.0 h1:c=\n"; sum != want {
		t.Errorf("go.sum: got %q, want %q", sum, want)
	}
	if strings.Contains(string(mod), "replace") {
		t.Error("a published version is replaced")
	}
}
