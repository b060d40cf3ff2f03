package main

import (
	"encoding/xml"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// withOpens returns the data of a program that opens files and URLs.
func withOpens() subject {
	s := subject{
		Summary: "Boil tea", Description: "Boils tea.", Publisher: "Ada", License: "MIT",
		Categories: []string{"Office"}, Keywords: []string{"tea"}, Wide: true,
	}
	s.Name, s.ID, s.Command, s.Version = "Tea Timer", "tool", "tool", "1.2.3"
	s.Opens = []opens{
		{Ext: ".tea", MIME: "application/x-tea", Title: hostile},
		{Ext: ".Brew+", MIME: "application/x-tea", Title: "</comment>"},
		{Ext: ".csv", MIME: "text/csv", Title: "List"},
		{Scheme: "tea"},
		{Scheme: "web+tea"},
	}
	return s
}

func TestDesktopEntry_opens(t *testing.T) {
	need(t, "desktop-file-validate", "desktop-file-utils")
	for name, want := range map[string]string{
		"app.desktop":   "Exec=tool -- %F\n|MimeType=application/x-tea;\n",
		"files.desktop": "Exec=tool -- %F\n|MimeType=text/csv;\n|NoDisplay=true\n",
		"url.desktop":   "Exec=tool -- %u\n|MimeType=x-scheme-handler/tea;x-scheme-handler/web+tea;\n|NoDisplay=true\n",
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

// TestDefault: the desktop offers the program for files of a standard type, but opens them with
// another program, even if nobody has chosen one and its name comes later.
func TestDefault(t *testing.T) {
	need(t, "update-desktop-database", "desktop-file-utils")
	need(t, "gio", "libglib2.0-bin")
	p := packaging{description: withOpens().description}
	all, err := p.linuxOpens()
	if err != nil {
		t.Fatal(err)
	}
	entry, err := text("app.desktop", p.subject())
	if err != nil {
		t.Fatal(err)
	}
	entries := filepath.Join(t.TempDir(), "applications")
	if err := os.Mkdir(entries, 0o700); err != nil {
		t.Fatal(err)
	}
	all = append(all, file{p.ID + ".desktop", data, entry},
		file{"zebra.desktop", data, []byte("[Desktop Entry]\nType=Application\nName=Other\nExec=true %F\nMimeType=text/csv;\n")})
	for _, f := range all {
		content := strings.ReplaceAll(string(f.content), "Exec="+p.Command, "Exec=true") // which is on PATH
		if err := os.WriteFile(filepath.Join(entries, filepath.Base(f.path)), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.Command("update-desktop-database", entries).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	gio := exec.Command("gio", "mime", "text/csv")
	gio.Env = []string{"HOME=" + entries, "PATH=" + os.Getenv("PATH"), "XDG_DATA_HOME=" + filepath.Dir(entries), "XDG_DATA_DIRS=/nonexistent", "LC_ALL=C.UTF-8"}
	out, err := gio.CombinedOutput()
	if first, others, _ := strings.Cut(string(out), "\n"); err != nil || !strings.HasSuffix(first, "zebra.desktop") || !strings.Contains(others, p.ID) {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestMIMEPackage makes the desktop's database from the file. A standard type keeps its title.
func TestMIMEPackage(t *testing.T) {
	need(t, "update-mime-database", "shared-mime-info")
	content, err := text("mime.xml", withOpens())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := write(dir, []file{{"mime/packages/tool.xml", data, content}}, theTime); err != nil {
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

func TestInstaller_opens(t *testing.T) { checkInstaller(t, withOpens()) }
