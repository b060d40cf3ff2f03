package installer_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
)

// An installer is a program that installs a version, and the script that it is made of.
type installer struct {
	version string
	path    string // of the program, as Windows calls it
	dir     string // of what makensis gets
	script  []string
}

var loaded sync.Map // version → *installer

// load makes an installer that is not packed, which takes less time.
func load(t *testing.T, version string) *installer {
	t.Helper()
	if inst, ok := loaded.Load(version); ok {
		return inst.(*installer)
	}
	inst := &installer{version: version, dir: packaged.InstallerScript(t, version)}
	text, err := os.ReadFile(filepath.Join(inst.dir, "installer.nsi"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if strings.HasPrefix(line, "SetCompressor") {
			line = "SetCompress off"
		}
		inst.script = append(inst.script, line)
	}
	inst.path = inst.compile(t, "whole", inst.script)
	loaded.Store(version, inst)
	return inst
}

func (inst *installer) program() []byte {
	content, err := os.ReadFile(filepath.Join(inst.dir, packaged.ID+".exe"))
	if err != nil {
		panic(err)
	}
	return content
}

// compile makes the program of a script and returns it as Windows calls it.
func (inst *installer) compile(t *testing.T, name string, script []string) string {
	t.Helper()
	out := filepath.Join(inst.dir, name+"-setup.exe")
	text := strings.Join(script, "\n") + "\n"
	for _, line := range script {
		if strings.HasPrefix(line, "OutFile ") {
			text = strings.Replace(text, line, `OutFile "`+out+`"`, 1)
		}
	}
	path := filepath.Join(inst.dir, name+".nsi")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", path).CombinedOutput(); err != nil {
		t.Fatalf("makensis: %v\n%s", err, out)
	}
	return `Z:` + strings.ReplaceAll(out, "/", `\`)
}
