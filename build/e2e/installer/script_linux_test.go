package installer_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
)

// An installer is a program that installs a version, and its script.
type installer struct {
	version string
	path    string // of the program, for Windows
	dir     string // the files that the script needs
	script  []string
}

var loaded sync.Map // version → *installer

// load makes the installer of a version, without compression, which is faster.
func load(t *testing.T, version string) *installer {
	t.Helper()
	if made, ok := loaded.Load(version); ok {
		return made.(*installer)
	}
	in := &installer{version: version, dir: packaged.InstallerScript(t, version)}
	text, err := os.ReadFile(filepath.Join(in.dir, "installer.nsi"))
	if err != nil {
		t.Fatal(err)
	}
	in.script = strings.Split(strings.Replace(string(text), "SetCompressor /SOLID lzma", "SetCompress off", 1), "\n")
	in.path = in.compile(t, "whole", in.script)
	loaded.Store(version, in)
	return in
}

// program returns the executable that is installed.
func (in *installer) program(t *testing.T) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(in.dir, packaged.ID+".exe"))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

var outFile = regexp.MustCompile(`(?m)^OutFile .*`)

// compile makes the program of a script and returns its path for Windows.
func (in *installer) compile(t *testing.T, name string, script []string) string {
	t.Helper()
	program, path := filepath.Join(in.dir, name+"-setup.exe"), filepath.Join(in.dir, name+".nsi")
	text := outFile.ReplaceAllLiteralString(strings.Join(script, "\n"), `OutFile "`+program+`"`)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", path).CombinedOutput(); err != nil {
		t.Fatalf("makensis: %v\n%s", err, out)
	}
	return `Z:` + strings.ReplaceAll(program, "/", `\`)
}

// instruction is a line that changes files or the registry.
var instruction = regexp.MustCompile(`^\s*(SetOutPath|File|WriteUninstaller|CreateShortcut|WriteReg\w+|Delete\w*|RMDir|Rename|System::Call)\s`)

// steps returns the instructions of the installer, or of its uninstaller, which comes after
// it. It leaves out those of Undo, which would need two failures.
func (in *installer) steps(uninstaller bool) (lines []int) {
	undo, second := false, false
	for i, line := range in.script {
		switch {
		case strings.HasPrefix(line, "!macro RemoveProgram"):
			second = true
		case line == "Function Undo":
			undo = true
		case line == "FunctionEnd":
			undo = false
		case !undo && second == uninstaller && instruction.MatchString(line):
			lines = append(lines, i)
		}
	}
	return lines
}

// line returns the number of the line that begins with a text.
func (in *installer) line(t *testing.T, begin string) int {
	t.Helper()
	i := slices.IndexFunc(in.script, func(line string) bool { return strings.HasPrefix(line, begin) })
	if i < 0 {
		t.Fatalf("no line begins with %s", begin)
	}
	return i
}

// A change returns a copy of an installer with another line.
type change func(in *installer, t *testing.T, line int) *installer

// failing makes a step fail.
func (in *installer) failing(t *testing.T, line int) *installer {
	text := "${If} 1 = 0\n" + in.script[line] + "\n${EndIf}\nSetErrors"
	if strings.Contains(in.script[line], "System::Call") {
		text = "StrCpy $0 0" // its result
	}
	return in.with(t, "failing", line, text)
}

// killed ends the process before a step.
func (in *installer) killed(t *testing.T, line int) *installer {
	return in.with(t, "killed", line, "System::Call 'kernel32::TerminateProcess(p -1, i 9)'\n"+in.script[line])
}

func (in *installer) with(t *testing.T, kind string, line int, text string) *installer {
	t.Helper()
	changed := *in
	script := slices.Clone(in.script)
	script[line] = text
	changed.path = in.compile(t, fmt.Sprintf("%s-%d", kind, line+1), script)
	return &changed
}
