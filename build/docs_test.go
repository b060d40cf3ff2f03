package main

import (
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// documents returns the names and texts of all documents.
func documents(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range []string{"*.md", "*/*.md", ".github/*.md", "build/*/*.md", "build/e2e/*/*.md"} {
		names, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			texts[filepath.ToSlash(strings.TrimPrefix(name, ".."+string(filepath.Separator)))] = string(text)
		}
	}
	return texts
}

// goCode returns the text of all Go files.
func goCode(t *testing.T) string {
	t.Helper()
	var code strings.Builder
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".go") {
			var text []byte
			text, err = os.ReadFile(path)
			code.Write(text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return code.String()
}

var (
	goBlock  = regexp.MustCompile("(?s)```go\n(.*?)```")
	linkedTo = regexp.MustCompile(`\]\(([^)\s]+)\)`)
)

// TestDocuments_code: a test compiles all Go code in documents. Complete files belong to
// the tutorial, which package create tests.
func TestDocuments_code(t *testing.T) {
	code := goCode(t)
	blocks := 0
	for name, text := range documents(t) {
		for _, block := range goBlock.FindAllStringSubmatch(text, -1) {
			blocks++
			if !strings.HasPrefix(block[1], "package main\n") && !strings.Contains(code, block[1]) {
				t.Errorf("%s: no Go file has this code:\n%s", name, block[1])
			}
		}
	}
	if blocks < 5 {
		t.Errorf("only %d blocks of Go code were found", blocks)
	}
}

// TestDocuments_links: the files of all links exist.
func TestDocuments_links(t *testing.T) {
	links := 0
	for name, text := range documents(t) {
		for _, link := range linkedTo.FindAllStringSubmatch(text, -1) {
			u, err := url.Parse(link[1])
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if u.Host != "" || u.Path == "" {
				continue
			}
			links++
			target := path.Join("..", path.Dir(name), u.Path)
			if _, err := os.Stat(filepath.FromSlash(target)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if links < 20 {
		t.Errorf("only %d links were found", links)
	}
}

var testName = regexp.MustCompile("`((?:Test|Fuzz|Benchmark)[A-Za-z0-9]\\w*)(\\*)?")

// TestDocuments_tests: the tests that documents name exist.
func TestDocuments_tests(t *testing.T) {
	code := goCode(t)
	found := 0
	for name, text := range documents(t) {
		for _, test := range testName.FindAllStringSubmatch(text, -1) {
			found++
			end := "("
			if test[2] != "" {
				end = ""
			}
			if !strings.Contains(code, "func "+test[1]+end) {
				t.Errorf("%s: there is no test %s", name, test[1])
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d names of tests were found", found)
	}
}
