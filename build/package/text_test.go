package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/package/internal/drawing"
)

// hostile is a name with special characters of shells, desktop entries and sed.
const hostile = "It's \"$HOME\" `x` \\t & 100% |"

// TestText_hostile fills in templates with such a name.
func TestText_hostile(t *testing.T) {
	s := subject{Summary: hostile, description: description{Name: hostile, ID: "tool", Command: "tool"}}
	script, err := text("install.sh", s)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "install.sh")
	if err := os.WriteFile(path, script, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sh", path, "-uninstall")
	cmd.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
	if out, _ := cmd.CombinedOutput(); !strings.Contains(string(out), "install.sh: "+hostile+" is not installed here") {
		t.Errorf("install.sh says %s", out)
	}

	entry, err := text("app.desktop", s)
	if err != nil {
		t.Fatal(err)
	}
	if want := "\nName=" + strings.ReplaceAll(hostile, `\`, `\\`) + "\n"; !strings.Contains(string(entry), want) {
		t.Errorf("no line %q in\n%s", want, entry)
	}
}

// TestInstaller_name makes an installer for a name with special characters of NSIS.
func TestInstaller_name(t *testing.T) {
	checkInstaller(t, subject{
		Summary: hostile, Publisher: hostile, Copyright: hostile, Wide: true,
		description: description{Name: "Tea & ${X} $TEMP's 100%", ID: "tool", Command: "tool", Version: "1.2.3"},
	})
}

// checkInstaller makes an installer for s.
func checkInstaller(t *testing.T, s subject) {
	t.Helper()
	need(t, "makensis", "nsis")
	script, err := text("installer.nsi", s)
	if err != nil {
		t.Fatal(err)
	}
	icon, err := drawing.Find("testdata/sample")
	if err != nil {
		t.Fatal(err)
	}
	ico, err := icon.ICO()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := write(dir, []file{
		{"installer.nsi", data, script}, {s.Command + ".exe", data, []byte{1}}, {"LICENSE.txt", data, []byte{1}}, {"icon.ico", data, ico},
	}, theTime); err != nil {
		t.Fatal(err)
	}
	check(t, "makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", filepath.Join(dir, "installer.nsi"))
}

func TestCheckName(t *testing.T) {
	for _, name := range []string{"Dibbler", "Tea & Timer", "Ünï 100%", "Console", "It's 5.1", "$x"} {
		if err := checkName(name); err != nil {
			t.Error(err)
		}
	}
	for _, name := range []string{"", " x", "x ", "x.", ".x", "a/b", `a\b`, `"x"`, "a:b", "x\ny", "con", "NUL", "Com1", "aux.app", "nul .x", "a`b"} {
		if checkName(name) == nil {
			t.Errorf("%q: no error", name)
		}
	}
}

// TestManual_quotes: quotation marks of a summary are in the manual page.
func TestManual_quotes(t *testing.T) {
	need(t, "mandoc", "mandoc")
	s := subject{Summary: `Boil "perfect" tea`, Description: `Boils "perfect" tea.`, description: description{ID: "tool", Command: "tool"}}
	manual, err := text("manual.1", s)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "tool.1")
	if err := os.WriteFile(path, manual, 0o600); err != nil {
		t.Fatal(err)
	}
	said := check(t, "mandoc", "-T", "utf8", "-O", "width=78", path)
	for _, want := range []string{s.Summary, s.Description} {
		if !strings.Contains(said, want) {
			t.Errorf("no %s in\n%s", want, said)
		}
	}
}

// TestEscapeManual escapes sentences that begin like commands.
func TestEscapeManual(t *testing.T) {
	got := escapeManual(`.tea files. 'Tis a \. .so be it.`)
	if want := "\\&.tea files.\n\\&'Tis a \\e.\n\\&.so be it."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
