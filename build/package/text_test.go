package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// hostile is a name in which each character means something to a shell, to a
// desktop entry or to sed.
const hostile = "It's \"$HOME\" `x` \\t & 100% |"

// TestNamesAreQuoted fills in templates with such a name.
func TestNamesAreQuoted(t *testing.T) {
	s := subject{Name: hostile, Summary: hostile, ID: "tool", Categories: "Office;"}
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
