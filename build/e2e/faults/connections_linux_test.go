package faults

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// Clients connect and send nothing, or a part of a request, or read no answer. The owner
// is served beside them.
func TestConnections(t *testing.T) {
	for _, c := range []struct {
		name     string
		limit    []string // a command before the tool, which limits it
		conns    int
		requests []string // that are begun over them
	}{
		{"idle", nil, 2000, []string{""}},
		{"stalled", nil, 600, []string{
			"GET / HTTP/1.1\r\nHost: HOST\r\n",
			"POST /upload HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1000\r\n\r\nhalf",
			"GET /big HTTP/1.1\r\nHost: HOST\r\n\r\n",
		}},
		{"64 descriptors", []string{"prlimit", "--nofile=64:64"}, 300, []string{""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			command := append(append(c.limit, badTool), quiet...)
			p := tool.Start(t, desktop.Start(t), nil, command[0], command[1:]...)
			var conns []net.Conn
			for i := range c.conns {
				conns = append(conns, begin(t, p, c.requests[i%len(c.requests)]))
			}
			times, served := proof.Times(100, 5000), 0
			for range times {
				if answered(p.URL) {
					served++
				}
			}
			proof.Held(t, "pages are served beside connections: "+c.name, times, served)
			for _, conn := range conns {
				conn.Close()
			}
			p.Stop()
		})
	}
}

// begin sends a request, of which no answer is read, over a connection that stays
// open.
func begin(t *testing.T, p *tool.Running, request string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", p.HostPort())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, strings.ReplaceAll(request, "HOST", p.HostPort())); err != nil {
		t.Fatal(err)
	}
	return conn
}

// answered reports whether there is an answer with status 200.
func answered(url string) bool {
	resp, err := tool.Client.Get(url)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}
