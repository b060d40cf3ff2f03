package dirs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

const id = "org.example.tool"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestCheckID(t *testing.T) {
	for _, id := range []string{"calendar", "org.example.calendar", "a", "7", "my-tool", "x.y-z.0", "console", "com", "com10", strings.Repeat("a", maxID)} {
		if err := CheckID(id); err != nil {
			t.Errorf("CheckID(%q) = %v, want nil", id, err)
		}
	}
}

func TestCheckID_refused(t *testing.T) {
	for _, id := range []string{
		"", ".", "..", "../x", "a/b", `a\b`, "/a", "a..b", ".a", "a.", "-a", "a-", "a.-b", "a-.b",
		"A", "a b", "a_b", "a:b", "a\x00", "a\n", "ä", "%a", "~", "$HOME",
		"con", "con.example", "nul", "aux.a.b", "com1", "lpt9.x", strings.Repeat("a", maxID+1),
	} {
		if err := CheckID(id); err == nil {
			t.Errorf("CheckID(%q) = nil, want an error", id)
		}
		if _, err := Make(id); err == nil {
			t.Errorf("Make(%q) made folders", id)
		}
	}
}

func FuzzCheckID(f *testing.F) {
	for _, seed := range []string{"org.example.calendar", "..", "a/../b", "con", "a.", "%2e%2e"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if CheckID(id) != nil {
			return
		}
		if !filepath.IsLocal(id) || filepath.Base(id) != id || filepath.Clean(id) != id {
			t.Errorf("%q is accepted, but is not a plain file name", id)
		}
	})
}

func TestEmptyTemp(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(dir, "outside")
	temp := filepath.Join(dir, "temp")
	for _, path := range []string{outside, filepath.Join(temp, "upload", "deep")} {
		if err := os.MkdirAll(path, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	keep := filepath.Join(outside, "keep")
	for _, path := range []string{keep, filepath.Join(temp, "file"), filepath.Join(temp, ".hidden"), filepath.Join(temp, "upload", "deep", "part")} {
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(outside, filepath.Join(temp, "link")); err != nil {
		t.Log("this system has no symbolic links:", err)
	}
	if err := (Dirs{Temp: temp}).EmptyTemp(); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("the folder still has %v, %v", left, err)
	}
	if _, err := os.Stat(keep); err != nil {
		t.Errorf("a file outside was removed: %v", err)
	}
}

func hasWarning(t *testing.T, d Dirs, want ...string) {
	t.Helper()
	all := strings.Join(d.Warnings, "\n")
	for _, part := range want {
		if !strings.Contains(all, part) {
			t.Errorf("warnings %q do not contain %q", all, part)
		}
	}
}

func TestEmptyTemp_noFolder(t *testing.T) {
	if err := (Dirs{}).EmptyTemp(); err == nil {
		t.Error("EmptyTemp of the zero Dirs returns no error")
	}
}
