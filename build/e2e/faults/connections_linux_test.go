package faults

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/internal/deadline"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// Clients connect and send nothing or part of a request, or do not read the answer. Other
// requests are served beside them.
func TestConnections(t *testing.T) {
	for _, c := range []struct {
		name     string
		limit    []string // a command that limits the program
		conns    int
		requests []string // one for each connection, in turn
		proof    string
	}{
		{"idle", nil, 2000, []string{""}, "pages are served beside 2,000 idle connections"},
		{"stalled", nil, 600, []string{
			"GET / HTTP/1.1\r\nHost: HOST\r\n",
			"POST /upload HTTP/1.1\r\nHost: HOST\r\nContent-Length: 1000\r\n\r\nhalf",
			"GET /big HTTP/1.1\r\nHost: HOST\r\n\r\n",
		}, "pages are served beside 600 stalled requests"},
		{"out_of_descriptors", []string{"prlimit", "--nofile=64:64"}, 300, []string{""},
			"pages are served beside 300 idle connections by a program that may open 64 files"},
	} {
		t.Run(c.name, func(t *testing.T) {
			command := append(append(c.limit, badTool), pagesOnly...)
			p := tool.Start(t, desktop.Start(t), nil, command[0], command[1:]...)
			for i := range c.conns {
				send(t, p, c.requests[i%len(c.requests)])
			}
			times, served := proof.Times(100, 5000), 0
			for served < times && answered(t, p.URL) {
				served++
			}
			proof.Held(t, c.proof, times, served)
		})
	}
}

// send sends a request, or a part of one, over a connection that stays open until the test
// ends.
func send(t *testing.T, p *tool.Running, request string) {
	t.Helper()
	conn, err := net.Dial("tcp", p.HostPort())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, strings.ReplaceAll(request, "HOST", p.HostPort())); err != nil {
		t.Fatal(err)
	}
}

// answered reports whether a page is answered with status 200.
func answered(t *testing.T, url string) bool {
	ctx, cancel := context.WithDeadline(t.Context(), deadline.Of(t))
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := tool.Client.Do(r)
	if err != nil {
		t.Error(err)
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}
