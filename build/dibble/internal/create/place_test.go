package create

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// TestFindPlace_link: the path of a linked folder is that of the real folder.
func TestFindPlace_link(t *testing.T) {
	parent, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	real, link := filepath.Join(parent, "far", "away", "tea"), filepath.Join(parent, "tea")
	if err := os.MkdirAll(real, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Skip(err)
	}
	if got, err := findPlace(link, ""); got != real || err != nil {
		t.Errorf("%s, %v, want %s", got, err, real)
	}
}

// TestWriteFolder_lockedParent fills in an empty folder whose parent folder cannot be changed.
func TestWriteFolder_lockedParent(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "tea")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := exec.Command("chattr", "+i", parent).Run(); err != nil {
		t.Skipf("not for this user or file system: chattr +i: %v", err)
	}
	defer func() {
		if err := exec.Command("chattr", "-i", parent).Run(); err != nil {
			t.Error(err)
		}
	}()
	if err := writeFolder(dir, map[string][]byte{"main.go": nil, "web/home.html": nil}); err != nil {
		t.Fatal(err)
	}
	if got, want := list(t, dir), []string{"main.go", "web/home.html"}; !slices.Equal(got, want) {
		t.Errorf("there are %q, want %q", got, want)
	}
}

// TestMove_failed: nothing is moved if one file already exists.
func TestMove_failed(t *testing.T) {
	from, to := tree(t, map[string]string{"a": "", "b/c": "", "z/new": ""}), tree(t, map[string]string{"z/old": ""})
	if err := move(from, to); err == nil {
		t.Error("move replaces a folder")
	}
	if got, want := list(t, to), []string{"z/old"}; !slices.Equal(got, want) {
		t.Errorf("there are %q, want %q", got, want)
	}
	if got, want := list(t, from), []string{"a", "b/c", "z/new"}; !slices.Equal(got, want) {
		t.Errorf("left are %q, want %q", got, want)
	}
}
