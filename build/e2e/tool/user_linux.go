package tool

import (
	"os"
	"os/exec"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/tempdir"
)

// Nobody is the uid of a user other than root.
const Nobody = 65534

// NeedRoot skips the test unless it can run programs as another user.
func NeedRoot(t testing.TB) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("not for ordinary users: only root can run programs as another user")
	}
}

// As makes a command run as another user.
func As(uid uint32) func(*exec.Cmd) {
	return func(cmd *exec.Cmd) {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
		cmd.Dir = "/"
	}
}

// InHome makes a command run as another user with this home folder.
func InHome(home string, uid uint32) func(*exec.Cmd) {
	return func(cmd *exec.Cmd) {
		As(uid)(cmd)
		cmd.Env = append(desktop.Without(cmd.Env, "HOME", "TMPDIR", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"),
			"HOME="+home, "TMPDIR=/tmp")
	}
}

// OwnedFolder makes a private folder of a user.
func OwnedFolder(t testing.TB, uid uint32) string {
	t.Helper()
	dir := tempdir.New(t)
	if err := os.Chown(dir, int(uid), int(uid)); err != nil {
		t.Fatal(err)
	}
	return dir
}
