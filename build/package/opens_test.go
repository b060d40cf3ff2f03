package main

import (
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/build/internal/about"
)

// withOpens is what templates say of a program that opens files and URLs.
func withOpens() subject {
	return subject{
		Name: "Tea Timer", Summary: "Boil tea", Description: "Boils tea.", Publisher: "Ada", License: "MIT", ID: "tool", Version: "1.2.3",
		Categories: "Office;", Keywords: "tea;", Wide: true,
		Extensions: []about.Open{
			{Ext: ".tea", MIME: "application/x-tea", Title: hostile},
			{Ext: ".Brew+", MIME: "application/x-tea", Title: "</comment>"},
			{Ext: ".csv", MIME: "text/csv", Title: "List"},
		},
		Schemes: []about.Open{{Scheme: "tea"}, {Scheme: "web+tea"}},
	}
}

func TestCheckOpens(t *testing.T) {
	tea := about.Open{Ext: ".tea", MIME: "application/x-tea", Title: "Tea plan"}
	for _, good := range [][]about.Open{nil, {tea}, {tea, {Scheme: "tea"}}, {tea, {Ext: ".7z+", MIME: "application/vnd.a.b+xml", Title: `It's "$HOME" <&> 100%`}}} {
		if err := checkOpens(good); err != nil {
			t.Error(err)
		}
	}
	if err := checkOpens([]about.Open{tea, {Ext: ".TEA", MIME: "text/plain", Title: "Tea"}}); err == nil || !strings.Contains(err.Error(), "is there twice") {
		t.Error(err)
	}
	for want, bad := range map[string][]about.Open{
		"extension ": {
			{}, {Ext: "tea"}, {Ext: "."}, {Ext: ".t/a"}, {Ext: `.t\a`}, {Ext: "..tea"}, {Ext: ".t a"}, {Ext: ".*"}, {Ext: ".[a]"}, {Ext: ".t;a"},
			{Ext: ".tea\nExec=x"}, {Ext: ".t\"a"}, {Ext: ".$x"}, {Ext: ".tée"}, {Ext: "." + strings.Repeat("x", 40)},
		},
		"MIME type ": {
			{Ext: ".a"}, {Ext: ".a", MIME: "tea"}, {Ext: ".a", MIME: "a/b;c/d"}, {Ext: ".a", MIME: "a/b c"}, {Ext: ".a", MIME: "A/b"}, {Ext: ".a", MIME: "a/../b"},
			{Ext: ".a", MIME: "a/b\nExec=x"}, {Ext: ".a", MIME: `a/b"`}, {Ext: ".a", MIME: "a/b; q=1"}, {Ext: ".a", MIME: "../x"}, {Ext: ".a", MIME: "a/"},
		},
		"title ":  {{Ext: ".a", MIME: "a/b"}, {Ext: ".a", MIME: "a/b", Title: " "}, {Ext: ".a", MIME: "a/b", Title: "a\nb"}, {Ext: ".a", MIME: "a/b", Title: "a\x00"}, {Ext: ".a", MIME: "a/b", Title: "a`b"}},
		"scheme ": {{Scheme: "t"}, {Scheme: "Tea"}, {Scheme: "tea:"}, {Scheme: "te a"}, {Scheme: "t;a"}, {Scheme: `t\a`}, {Scheme: "1tea"}, {Scheme: "tea\n"}},
		"two of":  {{Scheme: "tea", Ext: ".tea"}, {Scheme: "tea", Title: "Tea"}},
	} {
		for _, o := range bad {
			if err := checkOpens([]about.Open{o}); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "about.Opens[0]: ") {
				t.Errorf("%+v: %v, want the %sto be refused", o, err, want)
			}
		}
	}
}

func TestEntriesThatOpen(t *testing.T) {
	need(t, "desktop-file-validate", "desktop-file-utils")
	for name, want := range map[string]string{
		"app.desktop": "Exec=tool -- %F\n|MimeType=application/x-tea;text/csv;\n",
		"url.desktop": "Exec=tool -- %u\n|MimeType=x-scheme-handler/tea;x-scheme-handler/web+tea;\n|NoDisplay=true\n",
	} {
		content, err := text(name, withOpens())
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if out := check(t, "desktop-file-validate", path); out != "" {
			t.Error(out)
		}
		for line := range strings.SplitSeq(want, "|") {
			if !strings.Contains(string(content), "\n"+line) {
				t.Errorf("%s: no line %q in\n%s", name, line, content)
			}
		}
	}
}

// TestMIMEPackage reads the database that is made of it. A type that desktops know keeps
// their title.
func TestMIMEPackage(t *testing.T) {
	need(t, "update-mime-database", "shared-mime-info")
	content, err := text("mime.xml", withOpens())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := write(dir, []file{{"mime/packages/tool.xml", data, content}}, time.Unix(1e9, 0)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("update-mime-database", filepath.Join(dir, "mime"))
	cmd.Env = append(os.Environ(), "XDG_DATA_HOME="+dir)
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("update-mime-database: %v\n%s", err, out)
	}
	globs := string(read(t, filepath.Join(dir, "mime/globs2")))
	for _, want := range []string{":application/x-tea:*.tea\n", ":application/x-tea:*.brew+\n", ":text/csv:*.csv\n"} {
		if !strings.Contains(globs, want) {
			t.Errorf("no %q in\n%s", want, globs)
		}
	}
	for name, want := range map[string][]string{"application/x-tea": {"</comment>"}, "text/csv": nil} {
		var made struct {
			Comments []string `xml:"comment"`
		}
		if err := xml.Unmarshal(read(t, filepath.Join(dir, "mime", name+".xml")), &made); err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(made.Comments, want) {
			t.Errorf("%s: %q, want %q", name, made.Comments, want)
		}
	}
}

// TestManualPageSaysWhatIsOpened has mandoc check the page too.
func TestManualPageSaysWhatIsOpened(t *testing.T) {
	need(t, "mandoc", "mandoc")
	s := withOpens()
	s.Date = time.Unix(1e9, 0)
	s.Flags = []flagHelp{{"quit", "", "end it"}}
	content, err := text("manual.1", s)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "tool.1")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	if out := check(t, "mandoc", "-T", "lint", "-W", "warning", path); out != "" {
		t.Error(out)
	}
	shown := strings.Join(strings.Fields(check(t, "mandoc", "-T", "ascii", path)), " ")
	if want := "files that end in .tea, files that end in .Brew+,"; !strings.Contains(shown, want) {
		t.Errorf("no %q in\n%s", want, shown)
	}
}

func TestSetupThatOpens(t *testing.T) {
	need(t, "makensis", "nsis")
	script, err := text("setup.nsi", withOpens())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := write(dir, []file{
		{"setup.nsi", data, script}, {"tool.exe", data, []byte{1}}, {"LICENSE.txt", data, []byte{1}}, {"icon.ico", data, assets.IconICO},
	}, time.Unix(1e9, 0)); err != nil {
		t.Fatal(err)
	}
	check(t, "makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", filepath.Join(dir, "setup.nsi"))
}
