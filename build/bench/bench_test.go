package main

import (
	"bufio"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/dibbler-app/dibbler/build/bench/internal/peers"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSkipAnswer(t *testing.T) {
	in := bufio.NewReader(strings.NewReader(
		"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello" +
			"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" +
			"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell"))
	for _, want := range []int{200, 404} {
		if status, err := skipAnswer(in); status != want || err != nil {
			t.Errorf("%d, %v, want %d", status, err, want)
		}
	}
	if _, err := skipAnswer(in); err == nil {
		t.Error("a truncated answer is accepted")
	}
	if _, err := skipAnswer(in); err != io.EOF {
		t.Errorf("%v, want the end", err)
	}
}

// TestPut: only right answers count.
func TestPut(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/page" {
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	defer server.Close()
	addr := server.Listener.Addr().String()
	page, err := peers.Find("page")
	if err != nil {
		t.Fatal(err)
	}
	for _, fresh := range []bool{false, true} {
		l, err := put(addr, page, fresh, 1) // one request for each client
		if err != nil || l.requests != clients || l.p50 <= 0 || l.p99 < l.p50 {
			t.Errorf("%+v, %v", l, err)
		}
	}
	form, err := peers.Find("form")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := put(addr, form, false, 1); err == nil {
		t.Error("a wrong status passes")
	}
}

func TestTable(t *testing.T) {
	table := newTable("Speed", []string{"walker", "runner"}, "km/h")
	for i := range leastCount {
		table.add("walker", "km/h", 5+float64(i))
		table.add("runner", "km/h", 2*(5+float64(i))) // twice as fast in each round
	}
	var text strings.Builder
	table.print(&text)
	want := "\nSpeed\n          km/h\n  walker  7.50\n  runner  2.00\n"
	if text.String() != want {
		t.Errorf("%q, want %q", text.String(), want)
	}
}

func TestAddLine(t *testing.T) {
	table := newTable("Launches", nil)
	for line, want := range map[string]bool{
		"goos: linux":                           false,
		"measured\tthe calendar\ticon ms\t34.5": true,
	} {
		if got, err := table.addLine(line); got != want || err != nil {
			t.Errorf("%q: %v, %v", line, got, err)
		}
	}
	if got := table.values[cell{"the calendar", "icon ms"}]; len(got) != 1 || got[0] != 34.5 {
		t.Errorf("read %v", got)
	}
	for _, bad := range []string{"measured\tthe calendar\t1", "measured\ta\tb\tc"} {
		if _, err := table.addLine(bad); err == nil {
			t.Errorf("no error for %q", bad)
		}
	}
}
