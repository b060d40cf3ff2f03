package attack

import (
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
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
	// An upload in progress has a temporary file.
	conn, err := net.Dial("tcp", v.HostPort())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /form HTTP/1.1\r\nHost: %s\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 30000000\r\n\r\n"+
		"--b\r\nContent-Disposition: form-data; name=\"File\"; filename=\"f\"\r\n\r\n", v.HostPort())
	if _, err := io.WriteString(conn, strings.Repeat("a", 20<<20)); err != nil {
		t.Fatal(err)
	}
	desktop.Await(t, "the file of the upload", func() bool {
		found, err := filepath.Glob(filepath.Join(v.d.Home(), ".cache/target/temp/*"))
		return err == nil && len(found) > 0
	})
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
