package setup_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
)

// A setup is a program that installs a version, and the script that it is made of.
type setup struct {
	version string
	path    string // of the program, as Windows calls it
	dir     string // of what makensis gets
	script  []string
}

var loaded sync.Map // version → *setup

// load makes a set-up that is not packed, which takes less time.
func load(t *testing.T, version string) *setup {
	t.Helper()
	if s, ok := loaded.Load(version); ok {
		return s.(*setup)
	}
	s := &setup{version: version, dir: packaged.SetupScript(t, version)}
	text, err := os.ReadFile(filepath.Join(s.dir, "setup.nsi"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "SetCompressor") {
			line = "SetCompress off"
		}
		s.script = append(s.script, line)
	}
	s.path = s.compile(t, "whole", s.script)
	loaded.Store(version, s)
	return s
}

func (s *setup) program() []byte {
	content, err := os.ReadFile(filepath.Join(s.dir, packaged.ID+".exe"))
	if err != nil {
		panic(err)
	}
	return content
}

// compile makes the program of a script and returns it as Windows calls it.
func (s *setup) compile(t *testing.T, name string, script []string) string {
	t.Helper()
	out := filepath.Join(s.dir, name+"-setup.exe")
	text := strings.Join(script, "\n") + "\n"
	for _, line := range script {
		if strings.HasPrefix(line, "OutFile ") {
			text = strings.Replace(text, line, `OutFile "`+out+`"`, 1)
		}
	}
	path := filepath.Join(s.dir, name+".nsi")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", path).CombinedOutput(); err != nil {
		t.Fatalf("makensis: %v\n%s", err, out)
	}
	return `Z:` + strings.ReplaceAll(out, "/", `\`)
}
