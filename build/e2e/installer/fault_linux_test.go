package installer_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"github.com/dibbler-app/dibbler/build/e2e/internal/wine"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

// every calls try for each step of the installer, or of its uninstaller. A quick run has a
// few of them.
func (w *windows) every(t *testing.T, in *installer, uninstaller bool, try func(t *testing.T, line int)) {
	steps := in.steps(uninstaller)
	if len(steps) < 10 {
		t.Fatalf("only %d steps in the script", len(steps))
	}
	for i, line := range steps {
		if !proof.Whole() && i%36 != 4 {
			continue
		}
		t.Run(fmt.Sprintf("%d %s", line+1, strings.Fields(in.script[line])[0]), func(t *testing.T) {
			w.t = t
			t.Log(strings.TrimSpace(in.script[line]))
			defer func() { // after a fatal error as well
				if t.Failed() {
					w.clear()
				}
			}()
			try(t, line)
		})
	}
	w.t = t
}

// TestFaults_installation makes each step fail when nothing is installed. Either everything
// is installed, or nothing is and the exit status says so.
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

// TestFaults_upgrade makes each step fail when an older version is installed. The older or the
// newer version is installed then, and the exit status is 0 only if the newer one is complete.
func TestFaults_upgrade(t *testing.T) {
	w := start(t)
	w.every(t, w.newer, false, func(t *testing.T, line int) {
		w.run("wine", w.older.path, "/S")
		if w.install(w.newer.failing(t, line)) == 0 {
			w.checkInstalled(w.newer)
			w.checkOpens(w.newer)
		} else if w.works(w.newer) {
			w.checkInstalled(w.newer)
		} else {
			w.checkInstalled(w.older)
		}
		w.removeAll()
	})
}

// TestFaults_powerCut kills the installer before each step. A version that was installed works,
// or the newer one does, and the installer can be run again.
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
		if !w.works(w.older) && !w.works(w.newer) {
			t.Error("neither version is installed")
		}
		w.removeAll()
	})
}

// TestFaults_removal makes each step of the uninstaller fail, and kills it before each step.
// If something is left, the exit status says so, and the uninstaller removes it when it runs
// again.
func TestFaults_removal(t *testing.T) {
	w := start(t)
	w.run("wine", w.older.path, "/S")
	uninstaller, whole := filepath.Join(w.folder(), "uninstall.exe"), filepath.Join(t.TempDir(), "uninstall.exe")
	if err := packaged.Copy(uninstaller, whole); err != nil {
		t.Fatal(err)
	}
	w.removeAll()
	for _, fault := range []change{(*installer).failing, (*installer).killed} {
		w.every(t, w.older, true, func(t *testing.T, line int) {
			// Its last step is shared with the uninstaller, so it may be killed there.
			w.install(fault(w.older, t, line))
			w.checkInstalled(w.older)
			if w.uninstall(w.folder(), usualFolder) == 0 {
				if strings.Contains(w.older.script[line], "RMDir") {
					os.Remove(w.folder()) // an empty folder is no failure
				}
				if strings.Contains(w.older.script[line], "/ifempty HKCU \"${VENDOR}\"") {
					w.status("wine", "reg", "delete", `HKCU\Software\Dibbler`, "/f") // nor is an empty key
				}
				w.checkNothing()
				return
			}
			if wine.Exists(w.folder()) && !w.listed() {
				t.Error("Windows does not list the program any more, so nobody can remove the rest")
			}
			if !wine.Exists(uninstaller) {
				w.run("wine", w.older.path, "/S")
			} else if err := packaged.Copy(whole, uninstaller); err != nil {
				t.Fatal(err)
			}
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

// clear removes the files and keys of a failed step.
func (w *windows) clear() {
	w.t.Helper()
	os.RemoveAll(w.folder())
	os.Remove(w.shortcut())
	for _, key := range []string{`HKCU\Software\Dibbler`, `HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\` + packaged.ID} {
		w.status("wine", "reg", "delete", key, "/f")
	}
}

// TestFolder_unwritable installs in a folder where no file can be created.
func TestFolder_unwritable(t *testing.T) {
	w := start(t)
	lock(t, w.mkdir("locked"))
	if w.install(w.older, `/D=C:\locked\here`) == 0 {
		t.Error("the installer reports success")
	}
	w.checkNothing()
}

// TestUpgrade_programLocked upgrades a program whose file cannot be replaced.
func TestUpgrade_programLocked(t *testing.T) {
	w := start(t)
	w.run("wine", w.older.path, "/S")
	unlock := lock(t, w.folder()+"/"+packaged.ID+".exe")
	if w.install(w.newer) == 0 {
		t.Error("the installer reports success")
	}
	w.checkInstalled(w.older)
	unlock()
	w.removeAll()
}

// lock makes a file or folder immutable, for root as well.
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
