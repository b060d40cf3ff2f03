package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestLicenseFiles: a file of the program is not a licence, even if it is called like one.
func TestLicenseFiles(t *testing.T) {
	dir := t.TempDir()
	for name, content := range map[string]string{
		"LICENSE": "1", "licence.md": "2", "COPYING.LESSER": "3", "Notice-2.txt": "4",
		"license.go": "package main", "notices_test.go": "package main", "notice.Go": "package main",
		"notices": "\x7fELF\x00", "license.png": "\x89PNG\r\n\x1a\n\x00", "other.txt": "x",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	texts, err := licenseFiles(dir)
	var got []string
	for _, text := range texts {
		got = append(got, string(text))
	}
	slices.Sort(got)
	if want := []string{"1", "2", "3", "4"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%q, %v, want %q", got, err, want)
	}
}
