package program

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// nobody is a user of this machine who is not root.
const nobody = 65534

// as has a command run as another user.
func as(uid uint32) func(*exec.Cmd) {
	return func(cmd *exec.Cmd) {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uid, Gid: uid}}
		cmd.Dir = "/"
	}
}

// TestOtherUsersAreRefused, root among them.
func TestOtherUsersAreRefused(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("not for ordinary users: only root can run programs as somebody else")
	}
	for _, owner := range []uint32{0, nobody} {
		t.Run(fmt.Sprint("owner ", owner), func(t *testing.T) {
			d := desktop.Start(t)
			home := ownedFolder(t, int(owner))
			p := tool.Start(t, d, func(cmd *exec.Cmd) {
				as(owner)(cmd)
				cmd.Env = append(desktop.Without(cmd.Env, "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"),
					"HOME="+home, "TMPDIR=/tmp")
			}, slowTool, "-no-browser", "-no-tray")
			at, err := url.Parse(p.URL)
			if err != nil {
				t.Fatal(err)
			}
			visit := func(uid uint32, host, what string) string {
				t.Helper()
				cmd := d.Command(intruder, host, at.Port(), what)
				as(uid)(cmd)
				v := d.Spawn(cmd)
				if code := v.Wait().ExitCode(); code != 0 {
					t.Fatalf("the intruder did not run: %s", v.Stderr())
				}
				return v.Stdout()
			}
			for _, host := range []string{"127.0.0.1", "::1", "::ffff:127.0.0.1"} {
				if got := visit(owner, host, "ask"); !strings.Contains(got, "200 OK") {
					t.Errorf("the owner is answered at %s with %q", host, got)
				}
				p.Line("reached GET intruder")
				if got := visit(nobody-owner, host, "ask"); !strings.HasPrefix(got, "cut: ") {
					t.Errorf("somebody else is answered at %s with %q", host, got)
				}
				visit(nobody-owner, host, "leave")
			}
			// What has arrived by now was accepted before this.
			visit(owner, "127.0.0.1", "ask")
			p.Line("reached GET intruder")
			if n := strings.Count(p.Stdout(), "reached"); n != 4 {
				t.Errorf("%d requests have reached the plug-in, 4 of them the owner's", n)
			}
		})
	}
}

// ownedFolder makes a private folder of a user's.
func ownedFolder(t *testing.T, uid int) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "home")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chown(dir, uid, uid); err != nil {
		t.Fatal(err)
	}
	return dir
}
