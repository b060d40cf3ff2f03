// Package tempdir makes folders for tests.
package tempdir

import (
	"os"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/internal/deadline"
)

// New makes a private folder, which is removed when the test ends. Unlike a folder of
// t.TempDir, its path is short enough for sockets (108 bytes), other users may enter the
// folders above it, and processes may still write to it while it is removed.
func New(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "e2e")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		end := deadline.Of(t)
		for err := os.RemoveAll(dir); err != nil; err = os.RemoveAll(dir) {
			if time.Now().After(end) {
				t.Error(err)
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	return dir
}
