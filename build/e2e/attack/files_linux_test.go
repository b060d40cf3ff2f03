package attack

import (
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// Only the owner can read the files that the program writes, even with umask 0. The
// desktop entry that starts it at login is an exception.
func TestFiles_permissions(t *testing.T) {
	defer syscall.Umask(syscall.Umask(0)) // which the program inherits
	v := start(t, "-verbose")
	resp, err := tool.Client.PostForm(v.URL+"app.settings", url.Values{"port": {v.port}, "startAtLogin": {"true"}})
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp, err)
	}
	resp.Body.Close()
	tried, held := 0, 0
	err = filepath.WalkDir(v.d.Home(), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		tried++
		if info.Mode().Perm()&0o077 == 0 || strings.HasSuffix(path, ".config/autostart/target.desktop") {
			held++
		} else {
			t.Errorf("%s has mode %v; want access for the owner alone", path, info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	proof.Held(t, "files that the program writes with umask 0 can be read by the owner alone", tried, held)
}
