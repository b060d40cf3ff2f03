// Package screenshot keeps the pictures that tests take, for people to look at.
package screenshot

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Wanted reports whether pictures are kept: whether the environment variable
// DIBBLER_SCREENSHOTS names a folder.
func Wanted() bool { return os.Getenv("DIBBLER_SCREENSHOTS") != "" }

// Keep writes a picture in the PNG format as test-name.png, if pictures are kept.
func Keep(t testing.TB, name string, png []byte) {
	t.Helper()
	if !Wanted() {
		return
	}
	path := filepath.Join(os.Getenv("DIBBLER_SCREENSHOTS"), strings.ReplaceAll(t.Name(), "/", "-")+"-"+name+".png")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, png, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Logf("screenshot: %s", path)
}

// KeepImage writes a picture as the file images/name, if pictures are kept.
func KeepImage(t testing.TB, name string, content []byte) {
	t.Helper()
	if !Wanted() {
		return
	}
	dir := filepath.Join(os.Getenv("DIBBLER_SCREENSHOTS"), "images")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
		t.Fatal(err)
	}
}
