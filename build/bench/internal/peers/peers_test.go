package peers

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestSameAnswers: all peers give the same answers, so that they can be compared.
func TestSameAnswers(t *testing.T) {
	for _, p := range All {
		t.Run(p.Name, func(t *testing.T) {
			h, err := p.New(1)
			if err != nil {
				t.Fatal(err)
			}
			server := httptest.NewServer(h)
			defer server.Close()
			further := Case{"further page", get(pagePath(0)), http.StatusOK, string(Page)}
			for _, c := range append(append(Cases, Refused...), further) {
				ask(t, server.Listener.Addr(), c)
			}
		})
	}
}

func ask(t *testing.T, addr net.Addr, c Case) {
	t.Helper()
	conn, err := net.Dial(addr.Network(), addr.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write(c.Request); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(c.Name, err)
	}
	defer resp.Body.Close()
	if err := c.Check(resp); err != nil {
		t.Error(err)
	}
}

// TestRepeat: each repetition gets the answer, not an error because the request was read before.
func TestRepeat(t *testing.T) {
	for _, p := range All {
		h, err := p.New(0)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range Cases {
			serve := c.Repeat(h)
			for range 3 {
				if status, n := serve(); status != c.Status || n != len(c.Body) {
					t.Errorf("%s: %s: status %d with %d bytes, want %d with %d", p.Name, c.Name, status, n, c.Status, len(c.Body))
				}
			}
		}
	}
}

func TestPage(t *testing.T) {
	if !bytes.Contains(Page, []byte("December")) || len(Page) < 2000 || len(Page) > 2200 {
		t.Errorf("the page has %d bytes:\n%s", len(Page), Page)
	}
}
