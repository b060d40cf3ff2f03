package published_test

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"
)

const (
	project = "../../.."
	ours    = "github.com/dibbler-app/dibbler"
	version = "v0.98.7"
)

// publishedModules are the folders of the modules that go run ./build release prints tags for.
var publishedModules = []string{".", "build/package"}

// publish makes a module proxy in the folder proxy. It has our modules at the version.
func publish(t *testing.T, proxy string) {
	t.Helper()
	for _, folder := range publishedModules {
		at := module.Version{Path: path.Join(ours, folder), Version: version}
		dir := filepath.Join(proxy, filepath.FromSlash(at.Path), "@v")
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		root := filepath.Join(project, filepath.FromSlash(folder))
		mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if err != nil {
			t.Fatal(err)
		}
		for name, content := range map[string]string{
			"list":            version + "\n",
			version + ".mod":  string(mod),
			version + ".info": fmt.Sprintf("{%q: %q}", "Version", version),
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if err := writeZip(filepath.Join(dir, version+".zip"), at, root); err != nil {
			t.Fatal(err)
		}
	}
}

// writeZip zips the module in the folder root.
func writeZip(name string, at module.Version, root string) error {
	files, err := moduleFiles(root)
	if err != nil {
		return err
	}
	to, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := zip.Create(to, at, files); err != nil {
		to.Close()
		return err
	}
	return to.Close()
}

// A moduleFile is a file of a module.
type moduleFile struct{ name, path string }

func (f moduleFile) Path() string                 { return f.name }
func (f moduleFile) Lstat() (fs.FileInfo, error)  { return os.Lstat(f.path) }
func (f moduleFile) Open() (io.ReadCloser, error) { return os.Open(f.path) }

// moduleFiles returns the files below root that are in git and not in a nested module.
func moduleFiles(root string) (files []zip.File, err error) {
	return files, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		switch {
		case err != nil || name == ".":
			return err
		case !d.IsDir():
			files = append(files, moduleFile{filepath.ToSlash(name), path})
			return nil
		case name == "dist" || strings.HasPrefix(name, "."):
			return fs.SkipDir
		}
		if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
			return fs.SkipDir
		}
		return nil
	})
}

// goEnv returns environment variables for go commands that get our modules from the proxy, and
// others from the module cache or the proxy of this machine. Their module cache is in dir, and
// empty at first.
func goEnv(t *testing.T, proxy, dir string) []string {
	t.Helper()
	out, err := exec.Command("go", "env", "GOPROXY", "GOMODCACHE", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(out), "\n")
	return []string{
		"GOPROXY=file://" + proxy + ",file://" + lines[1] + "/cache/download," + lines[0],
		"GOMODCACHE=" + filepath.Join(dir, "modules"),
		"GOCACHE=" + lines[2], // it saves compiling
		"GONOSUMDB=*",         // these versions are not published
		// The module cache can be removed, and the build cache fits any module cache.
		"GOFLAGS=-modcacherw -trimpath",
		"HOME=" + dir,
	}
}
