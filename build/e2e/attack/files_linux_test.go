package attack

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// Only the owner can read what the program writes, also where the home is open to others
// and the umask is 0. Others may read one file, the entry that starts it at login.
func TestFiles_permissions(t *testing.T) {
	tool.NeedRoot(t)
	d := desktop.Start(t)
	home := tool.OwnedFolder(t, 0)
	for _, dir := range []string{".config/autostart", ".local/state", ".local/share", ".cache"} {
		if err := os.MkdirAll(filepath.Join(home, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(home, 0o755); err != nil {
		t.Fatal(err)
	}
	v := start(t, d, func(cmd *exec.Cmd) {
		tool.InHome(home, 0)(cmd)
		cmd.Args = append([]string{"sh", "-c", `umask 0; exec "$0" "$@"`}, append([]string{cmd.Path}, cmd.Args[1:]...)...)
		cmd.Path = "/bin/sh"
	}, "-verbose")
	resp, err := tool.Client.PostForm(v.URL+"app.settings", url.Values{"port": {v.port}, "startAtLogin": {"true"}})
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp, err)
	}
	resp.Body.Close()
	// An upload that is under way has a file.
	conn, err := net.Dial("tcp", v.HostPort())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /upload HTTP/1.1\r\nHost: %s\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 30000000\r\n\r\n"+
		"--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n", v.HostPort())
	if _, err := io.WriteString(conn, strings.Repeat("a", 20<<20)); err != nil {
		t.Fatal(err)
	}
	desktop.Await(t, "the upload's file", func() bool {
		found, err := filepath.Glob(filepath.Join(home, ".cache/target/temp/*"))
		return err == nil && len(found) > 0
	})
	tried := 0
	err = filepath.WalkDir(home, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		tried++
		info, err := e.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 && !strings.HasSuffix(path, ".config/autostart/target.desktop") {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	find := exec.Command("find", home, "-type", "f", "(", "-readable", "-o", "-writable", ")", "-printf", "%P\n")
	tool.As(tool.Nobody)(find)
	open, _ := find.Output() // it complains of what it may not look into
	held := tried
	if string(open) != ".config/autostart/target.desktop\n" {
		t.Errorf("another user can open\n%s", open)
		held = 0
	}
	proof.Held(t, "files that the program makes are its owner's alone, whatever the umask", tried, held)
}

// readAddress returns where the owner's launches find the program, and their key.
func readAddress(t *testing.T, home string) (address struct {
	Port json.Number
	Key  string
}) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(home, ".local/state/target/instance.address"))
	if err == nil {
		err = json.Unmarshal(text, &address)
	}
	if err != nil {
		t.Fatal(err)
	}
	return address
}
