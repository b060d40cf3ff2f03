package packages_test

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/dibbler-app/dibbler/build/internal/about"
)

// The versions that are installed, one over the other.
const (
	oldVersion = about.Version
	newVersion = "99.0.0"
)

// temp is a folder for all tests.
var temp string

func TestMain(m *testing.M) {
	var err error
	if temp, err = os.MkdirTemp("", "packages"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(status int) {
		if err := os.RemoveAll(temp); err != nil {
			fmt.Fprintln(os.Stderr, err)
			status = 1
		}
		os.Exit(status)
	}))
}

// clone is a copy of the project as one has it who has just cloned it.
var clone = sync.OnceValues(func() (string, error) {
	project := filepath.Join("..", "..", "..")
	copied := filepath.Join(temp, "clone")
	return copied, filepath.WalkDir(project, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(project, path)
		if err != nil {
			return err
		}
		target := filepath.Join(copied, name)
		switch {
		case d.IsDir() && (name == "dist" || name != "." && strings.HasPrefix(name, ".")):
			return fs.SkipDir
		case d.IsDir():
			return os.MkdirAll(target, 0o755)
		case !d.Type().IsRegular():
			return nil
		}
		return copyFile(path, target)
	})
})

// packages makes the packages of a version for one target, such as
// "windows/amd64", and returns their folder.
func packages(t *testing.T, only, version string) (dir string) {
	t.Helper()
	root, err := clone()
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(temp, strings.ReplaceAll(only, "/", "-")+"-"+version)
	if _, err := os.Stat(dir); err == nil {
		return dir
	}
	cmd := exec.Command("go", "run", "./build", "package", "-only", only, "-version", version)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	if err := os.Rename(filepath.Join(root, "dist"), dir); err != nil {
		t.Fatal(err)
	}
	return dir
}

// debs makes the old and the new package for this machine.
func debs(t *testing.T) (older, newer string) {
	t.Helper()
	name := func(version string) string {
		dir := packages(t, "linux/"+runtime.GOARCH, version)
		return filepath.Join(dir, about.ID+"_"+version+"-1_"+runtime.GOARCH+".deb")
	}
	return name(oldVersion), name(newVersion)
}

func copyFile(from, to string) error {
	stat, err := os.Stat(from)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, content, stat.Mode().Perm())
}
