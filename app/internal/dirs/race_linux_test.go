package dirs

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// Another user replaces the fallback by a link to a folder of this user, and back, while
// Make checks it.
func TestMake_fallbackRace(t *testing.T) {
	needRoot(t)
	_, temp := newHome(t)
	t.Setenv("HOME", "")
	fallback, link := filepath.Join(temp, id+"-0"), filepath.Join(temp, "link")
	ok(t, os.Mkdir(fallback, 0o777))
	ok(t, os.Chown(fallback, nobody, nobody))
	ok(t, os.Symlink(t.TempDir(), link))
	stop, stopped := make(chan bool), make(chan bool)
	defer func() {
		close(stop)
		<-stopped
	}()
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
			}
			if err := unix.Renameat2(unix.AT_FDCWD, fallback, unix.AT_FDCWD, link, unix.RENAME_EXCHANGE); err != nil {
				t.Error(err)
				return
			}
		}
	}()
	for range 10000 {
		if d, err := Make(id); err == nil {
			t.Fatalf("Make returns %+v, which another user can replace", d)
		}
	}
}
