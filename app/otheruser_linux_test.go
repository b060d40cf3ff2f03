package app_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

// TestOtherUser: the ports of the program and of its plug-ins answer the owner, and no
// other users.
func TestOtherUser(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: only root can start a program as another")
	}
	p, tool := startTool(t)
	urls := []string{p.URL("/")}
	for _, addr := range []string{"127.0.0.1:0", "[::1]:0"} {
		s := &dibbler.Server{Addr: addr}
		if err := s.Register(app.Plain{}); err != nil {
			t.Fatal(err)
		}
		l := &dibbler.Listener{Addr: addr, ServeConn: func(ctx context.Context, conn net.Conn) {
			if _, err := http.ReadRequest(bufio.NewReader(conn)); err != nil {
				return
			}
			fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		}}
		if err := tool.Add(s, l); err != nil {
			t.Fatal(err)
		}
		urls = append(urls, s.URL(), fmt.Sprintf("http://%v/", l.NetAddr()))
	}
	for _, url := range urls {
		if got, err := app.AskAsNobody(url); err != nil || !strings.HasPrefix(got, "<nil> ") || strings.HasSuffix(got, "<nil>\n") {
			t.Errorf("%s: another user gets %s, %v", url, got, err)
		}
		if got := p.Get(url).Status; got != http.StatusOK {
			t.Errorf("%s: we get %d", url, got)
		}
	}
}
