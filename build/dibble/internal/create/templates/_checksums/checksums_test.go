package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
	"github.com/dibbler-app/dibbler/tray"
)

// start reads a folder, and returns the page with the result.
func start(p *apptest.Program, folder, listPath string) *apptest.Page {
	page := p.Get("/").Fill("Folder", folder).Fill("List to compare with", listPath).Click("Start")
	p.WaitFor("the job is done", func() bool {
		page = p.Get(page.Path)
		return page.Path == "/"
	})
	return page
}

func startTool(t *testing.T) *apptest.Program {
	t.Helper()
	return apptest.Start(t, app.App{Name: "Checksums", Plugins: []any{&Checksums{}}})
}

func TestChecksums(t *testing.T) {
	p := startTool(t)
	dir := tree(t, map[string]string{"<i>one</i>": "abc", "two\nlines": "abd"})
	page := start(p, dir, "")
	page.Want("All files were read.", "ba7816bf", `"two\nlines"`)
	saved := page.Click("Save as SHA256SUMS").HTML
	sums, err := parseList(strings.NewReader(saved))
	if err != nil || len(sums) != 2 || !strings.HasPrefix(sums["two\nlines"], "a52d") {
		t.Errorf("%q, %v", saved, err)
	}

	listPath := filepath.Join(dir, "SHA256SUMS")
	if err := os.WriteFile(listPath, []byte(saved), 0o666); err != nil {
		t.Fatal(err)
	}
	start(p, dir, listPath).Want("All files in the list match.")
	if err := os.WriteFile(filepath.Join(dir, "two\nlines"), []byte("changed"), 0o666); err != nil {
		t.Fatal(err)
	}
	page = start(p, dir, listPath)
	page.Want("There is a problem with 1 file.", "differs from the list")
	notices := p.Notices()
	if got, want := notices[len(notices)-1], (app.Notice{Title: "Checksums of " + filepath.Base(dir), Text: "There is a problem with 1 file.", Page: "/"}); got != want {
		t.Errorf("the notice is %+v, want %+v", got, want)
	}
	if got := page.Value("Folder"); got != dir {
		t.Errorf("the recent path is %q, want %q", got, dir)
	}
}

func TestChecksums_cancel(t *testing.T) {
	p := startTool(t)
	dir := filepath.Join(t.TempDir(), "large")
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Truncate(1 << 40); err != nil { // too large to wait for
		t.Skip(err)
	}
	page := p.Get("/").Fill("Folder", dir).Click("Start")
	page.Want("Checksums of large")
	p.WaitFor("the icon is busy", func() bool { status, _ := p.Status(); return status == tray.Busy })
	page.Click("Cancel")
	p.WaitFor("the job is canceled", func() bool { return strings.Contains(p.Get(page.Path).Text(), "canceled.") })
	if page := p.Get("/SHA256SUMS"); page.Status == 200 {
		t.Error("a canceled Work has a list")
	}

	// A Work that is running does not delay the shutdown of the program.
	p.Get("/").Fill("Folder", dir).Click("Start")
	p.Stop()
}

func TestShown(t *testing.T) {
	for name, want := range map[string]string{"a b.txt": "a b.txt", "ü": "ü", "a  b": `"a  b"`, "a ": `"a "`, "a\nb": `"a\nb"`, "\xff": `"\xff"`} {
		if got := shown(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
	}
}

func TestChecksums_badForm(t *testing.T) {
	p := startTool(t)
	dir := tree(t, map[string]string{"list": "hello"})
	page := p.Get("/").Fill("Folder", "Downloads").Fill("List to compare with", filepath.Join(dir, "list")).Click("Start")
	for label, want := range map[string]string{"Folder": "full path", "List to compare with": "Line 1 is not in the format of sha256sum"} {
		if got := page.Error(label); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", label, got, want)
		}
	}
}
