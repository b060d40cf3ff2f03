package install_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/internal/packaged"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

// faulty is a command that replaces the real one on PATH. It counts its runs, and one of them
// fails, or kills the script in the middle of the work.
const faulty = `#!/bin/sh
read -r n <"$FAULTS/NAME"
n=$((n + 1))
echo $n >"$FAULTS/NAME"
if [ "NAME $n" = "$FAULT" ]; then
	case $FAULT_KIND in
	fails) echo "NAME: a fault" >&2; exit 1 ;;
	esac
	[ NAME != cp ] || head -c 1000 "$1" >"$2"
	kill -KILL 0
fi
PATH=${PATH#*:}
exec NAME "$@"
`

// commands are the commands with which install.sh changes files or makes lists.
var commands = []string{"cp", "mv", "mkdir", "rm", "rmdir", "sed", "sort", "find", "cat"}

// withFaults returns the shell with commands that can fail.
func withFaults(t *testing.T, s shell) shell {
	t.Helper()
	dir := t.TempDir()
	for _, name := range commands {
		write(t, filepath.Join(dir, name), strings.ReplaceAll(faulty, "NAME", name), 0o755)
	}
	s.path = dir + ":" + s.path
	return s
}

// A fault happens in the nth run of a command.
type fault struct {
	command string
	n       int
	kind    string // "fails" or "kills"
}

// with sets the fault of the next run of install.sh.
func (h *home) with(f fault) {
	h.t.Helper()
	counts := h.t.TempDir()
	for _, name := range commands {
		write(h.t, filepath.Join(counts, name), "0\n", 0o644)
	}
	h.env = []string{"FAULTS=" + counts, fmt.Sprintf("FAULT=%s %d", f.command, f.n), "FAULT_KIND=" + f.kind}
}

// faults returns all faults that can happen in run. It counts the commands of a run without
// faults.
func (h *home) faults(run func()) (all []fault) {
	h.t.Helper()
	h.with(fault{})
	counts := strings.TrimPrefix(h.env[0], "FAULTS=")
	run()
	for _, name := range commands {
		text, err := os.ReadFile(filepath.Join(counts, name))
		if err != nil {
			h.t.Fatal(err)
		}
		runs, err := strconv.Atoi(strings.TrimSpace(string(text)))
		if err != nil {
			h.t.Fatal(err)
		}
		for n := range runs {
			all = append(all, fault{name, n + 1, "fails"}, fault{name, n + 1, "kills"})
		}
	}
	return all
}

// every calls try for each fault that can happen in run, in a new home. A quick run has a few
// of them.
func every(t *testing.T, prepare func(h *home), run, try func(h *home)) {
	for _, s := range shells(t) {
		t.Run(s.name, func(t *testing.T) {
			s := withFaults(t, s)
			h := newHome(t, s)
			h.with(fault{})
			prepare(h)
			faults := h.faults(func() { run(h) })
			if len(faults) < 20 {
				t.Fatalf("only %d commands can fail", len(faults)/2)
			}
			for i, f := range faults {
				if !proof.Whole() && i%123 != 5 {
					continue
				}
				t.Run(fmt.Sprintf("%s %d %s", f.command, f.n, f.kind), func(t *testing.T) {
					h := newHome(t, s)
					h.with(fault{})
					prepare(h)
					h.with(f)
					try(h)
				})
			}
		})
	}
}

// undo uninstalls without a fault. Only empty folders may be left, if install.sh had not written
// its list yet.
func (h *home) undo(archive string) {
	h.t.Helper()
	h.with(fault{})
	listed := exists(h.list())
	said, status := h.run(archive, "-uninstall")
	switch {
	case listed && status != 0:
		h.t.Errorf("-uninstall: %d\n%s", status, said)
	case listed:
		h.checkNothing()
	case status == 0 || !strings.Contains(said, "is not installed here"):
		h.t.Errorf("without a list: %d\n%s", status, said)
	}
	if left := h.left(); len(left) > 0 {
		h.t.Errorf("left: %q", left)
	}
}

func (h *home) list() string { return h.file(".local/share/doc", packaged.ID, "installed") }

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// TestFaults_installation makes each command fail when nothing is installed. If install.sh
// fails, its work can be undone.
func TestFaults_installation(t *testing.T) {
	archive := unpack(t, packaged.Old)
	every(t, func(*home) {}, func(h *home) { h.must(archive) }, func(h *home) {
		if _, status := h.run(archive); status == 0 {
			h.checkInstalled(archive)
		}
		h.undo(archive)
	})
}

// TestFaults_upgrade makes each command fail when an older version is installed, which has a file
// that the newer one does not have. One of them works, and a second try succeeds.
func TestFaults_upgrade(t *testing.T) {
	older, newer := unpack(t, packaged.Old), unpack(t, packaged.New)
	write(t, filepath.Join(older, "share/doc", packaged.ID, "of the old version"), "x", 0o644)
	every(t, func(h *home) { h.must(older) }, func(h *home) { h.must(newer) }, func(h *home) {
		switch _, status := h.run(newer); {
		case status == 0:
			h.checkInstalled(newer)
		case !h.runs(older) && !h.runs(newer):
			h.t.Error("neither version is installed")
		}
		if out, err := exec.Command(h.program(), "-version").CombinedOutput(); err != nil {
			h.t.Errorf("-version: %v\n%s", err, out)
		}
		if strings.Contains(h.env[2], "kills") { // otherwise undo it at once
			h.with(fault{})
			h.must(newer)
			h.checkInstalled(newer)
		}
		h.undo(newer)
	})
}

// TestFaults_removal makes each command of -uninstall fail. A second try removes the rest.
func TestFaults_removal(t *testing.T) {
	archive := unpack(t, packaged.Old)
	every(t, func(h *home) { h.must(archive) }, func(h *home) { h.must(archive, "-uninstall") }, func(h *home) {
		said, status := h.run(archive, "-uninstall")
		if status == 0 && !strings.Contains(h.env[1], "rmdir") { // an empty folder is no failure
			h.checkNothing()
		}
		if status > 0 && !strings.Contains(said, "again") && !strings.Contains(said, "a fault") {
			h.t.Errorf("it does not say that something is left:\n%s", said)
		}
		h.undo(archive)
	})
}
