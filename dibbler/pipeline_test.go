package dibbler

import (
	"bufio"
	"fmt"
	"strings"
	"testing"
)

func TestPipeline(t *testing.T) {
	const n = 500 // more than the server reads at once
	p := newSlow(1)
	s, e := serve(t, p, &pages1{})
	conn := dial(t, s.URL())
	fmt.Fprint(conn, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n"+strings.Repeat("GET /first HTTP/1.1\r\nHost: x\r\n\r\n", n))
	<-p.begun
	e.Stop()
	<-e.Stopping()
	close(p.end)
	in := bufio.NewReader(conn)
	for i := range 1 + n {
		if resp, _ := readAnswer(t, in); resp.Close != (i == n) {
			t.Fatalf("request %d of %d: %v", i, n, resp.Header)
		}
	}
	e.wantEnd()
}
