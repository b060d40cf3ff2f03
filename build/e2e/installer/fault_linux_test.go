package installer_test

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"github.com/dibbler-app/dibbler/build/e2e/internal/wine"

	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

// instruction is a line that changes files or the registry.
var instruction = regexp.MustCompile(`^\s*(SetOutPath|File|WriteUninstaller|CreateShortcut|WriteReg\w+|Delete\w*|RMDir|Rename|System::Call)\s`)

// steps are the lines of the script that change something, those of Undo left out:
// that is for when one step has failed, not two.
func (inst *installer) steps() (lines []int) {
	undoing := false
	for i, line := range inst.script {
		switch {
		case line == "Function Undo":
			undoing = true
		case line == "FunctionEnd":
			undoing = false
		case !undoing && instruction.MatchString(line):
			lines = append(lines, i)
		}
	}
	return lines
}

// with makes a copy of the installer in which one line of the script is another.
func (inst *installer) with(t *testing.T, line int, kind, text string) *installer {
	t.Helper()
	script := append([]string(nil), inst.script...)
	script[line] = text
	other := *inst
	other.path = inst.compile(t, fmt.Sprintf("%s-%d", kind, line), script)
	return &other
}

// failing is the installer in which a step fails, and killed the one whose last step
// is the one before it.
func (inst *installer) failing(t *testing.T, line int) *installer {
	text := "${If} 1 = 0\n" + inst.script[line] + "\n${EndIf}\nSetErrors"
	if strings.Contains(inst.script[line], "System::Call") {
		text = "StrCpy $0 0" // its result
	}
	return inst.with(t, line, "failing", text)
}

func (inst *installer) killed(t *testing.T, line int) *installer {
	return inst.with(t, line, "killed", "System::Call 'kernel32::TerminateProcess(p -1, i 9)'\n"+inst.script[line])
}

// uninstaller reports whether a line is one of the uninstaller's, which come last.
func (inst *installer) uninstaller(line int) bool {
	return line > slices.IndexFunc(inst.script, func(l string) bool { return strings.HasPrefix(l, "!macro RemoveProgram") })
}

// every calls try for each step of the installer, or of its uninstaller: for a few of
// them in a quick run.
func (w *windows) every(t *testing.T, inst *installer, uninstaller bool, try func(t *testing.T, line int)) {
	tried := 0
	for _, line := range inst.steps() {
		if inst.uninstaller(line) != uninstaller {
			continue
		}
		if tried++; !proof.Whole() && tried%36 != 5 {
			continue
		}
		t.Run(fmt.Sprintf("%d %s", line+1, strings.Fields(inst.script[line])[0]), func(t *testing.T) {
			w.t = t
			t.Log(strings.TrimSpace(inst.script[line]))
			defer func() { // after a fatal error as well
				if t.Failed() {
					w.clear()
				}
			}()
			try(t, line)
		})
	}
	w.t = t
	if tried < 10 {
		t.Fatalf("only %d steps in the script", tried)
	}
}

// TestFaults_installation has each step fail while nothing is installed: either
// everything is, or nothing at all and the exit status says so.
func TestFaults_installation(t *testing.T) {
	w := start(t)
	w.every(t, w.older, false, func(t *testing.T, line int) {
		if w.install(w.older.failing(t, line)) != 0 {
			w.checkNothing()
			w.run("wine", w.older.path, "/S")
		}
		w.checkInstalled(w.older)
		w.checkOpens(w.older)
		w.removeAll()
	})
}

// TestFaults_upgrade has each step fail while an older version is installed: it stays, or
// the newer one is there, and the exit status is 0 only if all of it is.
func TestFaults_upgrade(t *testing.T) {
	w := start(t)
	w.every(t, w.newer, false, func(t *testing.T, line int) {
		w.run("wine", w.older.path, "/S")
		if w.install(w.newer.failing(t, line)) == 0 {
			w.checkInstalled(w.newer)
			w.checkOpens(w.newer)
		} else if works(w.folder(), w.newer) {
			w.checkInstalled(w.newer)
		} else {
			w.checkInstalled(w.older)
		}
		w.removeAll()
	})
}

// TestFaults_powerCut ends the installer before each step. What was installed before works,
// or the newer version does, and the installer can be run again.
func TestFaults_powerCut(t *testing.T) {
	w := start(t)
	w.every(t, w.newer, false, func(t *testing.T, line int) {
		killed := w.newer.killed(t, line)
		w.install(killed)
		w.run("wine", w.newer.path, "/S")
		w.checkInstalled(w.newer)
		w.checkOpens(w.newer)
		w.removeAll()

		w.run("wine", w.older.path, "/S")
		w.install(killed)
		if !works(w.folder(), w.older) && !works(w.folder(), w.newer) {
			t.Error("neither version is installed")
		}
		w.removeAll()
	})
}

// TestFaults_removal has each step of the uninstaller fail, or be the last. If it does not
// remove everything it says so, and a second try does.
func TestFaults_removal(t *testing.T) {
	w := start(t)
	for _, kind := range []func(*installer, *testing.T, int) *installer{(*installer).failing, (*installer).killed} {
		w.every(t, w.older, true, func(t *testing.T, line int) {
			w.run("wine", kind(w.older, t, line).path, "/S")
			if w.uninstall(w.folder(), usualFolder) == 0 {
				if strings.Contains(w.older.script[line], "RMDir") {
					os.Remove(w.folder()) // of an empty folder nothing is said
				}
				w.checkNothing()
				return
			}
			if wine.Exists(w.folder()) && !w.listed() {
				t.Error("it is not among the apps any more, where one would try again")
			}
			w.run("wine", w.older.path, "/S") // its uninstaller works
			w.removeAll()
		})
	}
}

// removeAll uninstalls the program, and checks that nothing is left.
func (w *windows) removeAll() {
	w.t.Helper()
	if status := w.uninstall(w.folder(), usualFolder); status != 0 {
		w.t.Errorf("the uninstaller: exit status %d", status)
	}
	w.checkNothing()
}

// clear removes what a step that has failed leaves to the next one.
func (w *windows) clear() {
	w.t.Helper()
	os.RemoveAll(w.folder())
	os.Remove(w.shortcut())
	for _, key := range []string{`HKCU\Software\` + packaged.ID, `HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\` + packaged.ID} {
		w.status("wine", "reg", "delete", key, "/f")
	}
}

// TestFolder_unwritable is a folder in which nothing can be made.
func TestFolder_unwritable(t *testing.T) {
	w := start(t)
	dir := w.mkdir("locked")
	lock(t, dir)
	if w.install(w.older, `/D=C:\locked\here`) == 0 {
		t.Error("the installer says that it has installed the program")
	}
	w.checkNothing()
}

// TestUpgrade_programLocked is an upgrade over a file that nobody may write.
func TestUpgrade_programLocked(t *testing.T) {
	w := start(t)
	w.run("wine", w.older.path, "/S")
	unlock := lock(t, w.folder()+"/"+packaged.ID+".exe")
	if w.install(w.newer) == 0 {
		t.Error("the installer says that it has installed the program")
	}
	w.checkInstalled(w.older)
	unlock()
	w.removeAll()
}

// lock keeps everybody, root too, from changing a file, or what is in a folder.
func lock(t *testing.T, path string) (unlock func()) {
	t.Helper()
	if err := exec.Command("chattr", "+i", path).Run(); err != nil {
		t.Skipf("not for this user or file system: chattr +i: %v", err)
	}
	unlock = sync.OnceFunc(func() {
		if err := exec.Command("chattr", "-i", path).Run(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(unlock)
	return unlock
}
