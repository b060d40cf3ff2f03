package app

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/dibbler"
)

// nobody is the user and group id of the account of this name.
const nobody = 65534

func init() {
	peers = map[string]func(){"peer": func() {
		resp, err := http.Get(os.Args[2])
		fmt.Println(resp, err)
	}}
}

// askAsNobody returns what the account nobody gets from url.
func askAsNobody(url string) (string, error) {
	// Another user cannot reach the file by its path, which go test keeps private, but
	// by an open descriptor.
	binary, err := os.Open("/proc/self/exe")
	if err != nil {
		return "", err
	}
	defer binary.Close()
	cmd := exec.Command("/proc/self/fd/3", "peer", url)
	cmd.Dir = "/"
	cmd.ExtraFiles = []*os.File{binary}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	got, err := cmd.CombinedOutput()
	return string(got), err
}

// TestOtherUser: the program's own port and those that plug-ins add are closed to other
// users, and open to ours.
func TestOtherUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: only root can start a program as another")
	}
	withTool(t, func(tool *Tool, url string) error {
		urls := []string{url}
		for _, addr := range []string{"127.0.0.1:0", "[::1]:0"} {
			s := &dibbler.Server{Addr: addr}
			if err := s.Register(plain{}); err != nil {
				return err
			}
			l := &dibbler.Listener{Addr: addr, ServeConn: func(ctx context.Context, conn net.Conn) {
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
					return
				}
				fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			}}
			if err := tool.Add(s, l); err != nil {
				return err
			}
			urls = append(urls, s.URL(), fmt.Sprintf("http://%v/", l.NetAddr()))
		}
		for _, url := range urls {
			if got, err := askAsNobody(url); err != nil || !strings.HasPrefix(got, "<nil> ") || strings.HasSuffix(got, "<nil>\n") {
				t.Errorf("%s: another user gets %s, %v", url, got, err)
			}
			if got, err := requested(http.MethodGet, url, "", ""); got != http.StatusOK {
				t.Errorf("%s: we get %d, %v", url, got, err)
			}
		}
		return nil
	})
}
