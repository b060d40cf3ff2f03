package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	os.Setenv("SOURCE_DATE_EPOCH", strconv.FormatInt(theTime.Unix(), 10))
	status := m.Run()
	if shared != "" {
		if err := os.RemoveAll(shared); err != nil {
			fmt.Fprintln(os.Stderr, err)
			status = 1
		}
	}
	if status == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			status = 1
		}
	}
	os.Exit(status)
}

// The program that is packaged.
const (
	theName    = "Teeübung"
	theID      = "com.example.teatimer"
	theCommand = "teatimer"
	theVersion = "1.2.3"
	theSummary = "Übung in der Kunst, Tee zu kochen"
)

// theTime is the time of the last commit, for the packages.
var theTime = time.Unix(1700000000, 0).UTC()

// source copies the program into a new folder below dir, as a module that uses Dibbler from this
// checkout.
func source(dir string) (root string, err error) {
	if root, err = os.MkdirTemp(dir, "source"); err != nil {
		return "", err
	}
	if err := os.CopyFS(root, os.DirFS("testdata/sample")); err != nil {
		return "", err
	}
	checkout, err := filepath.Abs("../..")
	if err != nil {
		return "", err
	}
	sums, err := os.ReadFile(filepath.Join(checkout, "go.sum"))
	if err != nil {
		return "", err
	}
	mod, err := os.ReadFile(filepath.Join(checkout, "go.mod"))
	if err != nil {
		return "", err
	}
	mod = fmt.Appendf(nil, "module example.com/teatimer\n%s\nrequire github.com/dibbler-app/dibbler v0.0.0\n\nreplace github.com/dibbler-app/dibbler => %q\n",
		bytes.TrimPrefix(mod, []byte("module github.com/dibbler-app/dibbler\n")), checkout)
	return root, errors.Join(
		os.WriteFile(filepath.Join(root, "go.mod"), mod, 0o644),
		os.WriteFile(filepath.Join(root, "go.sum"), sums, 0o644))
}

// shared is the folder of the packages that several tests check.
var shared string

var makeShared = sync.OnceValues(func() (string, error) {
	var err error
	if shared, err = os.MkdirTemp("", "package"); err != nil {
		return "", err
	}
	root, err := source(shared)
	if err != nil {
		return "", err
	}
	return filepath.Join(root, distFolder), run(context.Background(), root, nil)
})

// dist returns the folder with all packages of the program. It skips the test without makensis.
func dist(t *testing.T) string {
	t.Helper()
	need(t, "makensis", "nsis")
	dir, err := makeShared()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// need skips the test unless program can be found.
func need(t *testing.T, program, debianPackage string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		t.Skipf("no %s here (Debian package %s)", program, debianPackage)
	}
}

// check runs a program and returns its output. If the program fails, so does the test.
func check(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.Command(name, args...).CombinedOutput()
	if err != nil {
		t.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

// one returns the file in dist that matches a pattern.
func one(t *testing.T, pattern string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dist(t), pattern))
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != 1 {
		t.Fatalf("%d files match %s, want one: %q", len(found), pattern, found)
	}
	return found[0]
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// An entry is a file in an archive.
type entry struct {
	mode    fs.FileMode
	time    time.Time
	content []byte
}

// unzipped returns the files in a .zip archive.
func unzipped(t *testing.T, path string) map[string]entry {
	t.Helper()
	r, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	found := make(map[string]entry)
	for _, f := range r.File {
		content, err := fs.ReadFile(r, f.Name)
		if err != nil {
			t.Fatal(err)
		}
		found[f.Name] = entry{f.Mode(), f.Modified, content}
	}
	return found
}

// untarred returns the files in a .tar.gz archive, or in several joined together.
func untarred(t *testing.T, path string) map[string]entry {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(read(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	found := make(map[string]entry)
	archive := tar.NewReader(r)
	for {
		h, err := archive.Next()
		if err == io.EOF {
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(archive)
		if err != nil {
			t.Fatal(err)
		}
		if h.Typeflag == tar.TypeReg {
			found[h.Name] = entry{h.FileInfo().Mode(), h.ModTime, content}
		}
	}
}

// get returns a file of an archive. If it is missing, the test fails.
func get(t *testing.T, files map[string]entry, name string) entry {
	t.Helper()
	f, ok := files[name]
	if !ok {
		t.Fatalf("no %s in the archive", name)
	}
	return f
}

// id begins the names of most packages.
const id = theCommand + "-" + theVersion
