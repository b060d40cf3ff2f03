package app

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/url"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/loopback"
)

func TestPort(t *testing.T) {
	t.Run("last port", func(t *testing.T) {
		h := newHome(t)
		port := quietPort(t)
		h.remember(strconv.Itoa(port))
		want := fmt.Sprintf("http://127.0.0.1:%d/", port)
		// A port that was given with -port is not saved.
		for _, args := range [][]string{nil, {"-port", "0"}, nil} {
			p := h.launch("plain", append(args, "-no-browser", "-no-tray")...)
			is := p.url()
			endBy(t, is+"end")
			p.exit()
			if (is == want) != (args == nil) {
				t.Errorf("with %q the program is at %s, want %s", args, is, want)
			}
		}
	})
	t.Run("last port is taken", func(t *testing.T) {
		for _, address := range []string{"127.0.0.1", "::1"} {
			t.Run(address, func(t *testing.T) {
				taken, port := takePort(t, address)
				h := newHome(t)
				h.remember(port)
				p := h.launch("plain", "-no-browser", "-no-tray")
				at, err := url.Parse(p.url())
				if err != nil {
					t.Fatal(err)
				}
				if at.Port() == port {
					t.Fatalf("the program is at %v, which is taken", at)
				}
				// The new port is saved.
				taken.Close()
				endBy(t, at.String()+"end")
				p.exit()
				p = h.launch("plain", "-no-browser", "-no-tray")
				if is := p.url(); is != at.String() {
					t.Errorf("the program was at %v, and now is at %s", at, is)
				}
			})
		}
	})
	t.Run("flag's port is taken", func(t *testing.T) {
		_, port := takePort(t, "127.0.0.1")
		p := startProgram(t, "plain", "-port", port)
		p.wantExit(exitError, "port "+port+", given with -port, cannot be used; choose another")
	})
}

// quietPort returns a free port that no system assigns by itself.
func quietPort(t *testing.T) int {
	t.Helper()
	for range 100 {
		port := 20000 + rand.IntN(10000)
		if at, err := loopback.Listen(port); err == nil {
			loopback.Close(at)
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

// takePort listens at address, on a port that is free at both loopback addresses.
func takePort(t *testing.T, address string) (net.Listener, string) {
	t.Helper()
	both, err := loopback.Listen(0)
	if err != nil {
		t.Fatal(err)
	}
	if len(both) < 2 && address == "::1" {
		loopback.Close(both)
		t.Skip("not for computers without ::1")
	}
	for _, l := range both {
		if l.Addr().(*net.TCPAddr).IP.String() != address {
			l.Close()
			continue
		}
		t.Cleanup(func() { l.Close() })
		_, port, err := net.SplitHostPort(l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		return l, port
	}
	t.Fatal("no listener at " + address)
	return nil, ""
}

func (h *home) settingsFile() string { return filepath.Join(h.dir, "config", "plain", settingsName) }

// remember writes port to the settings.
func (h *home) remember(port string) {
	h.t.Helper()
	h.write("config/plain/"+settingsName, `{"port": `+port+`}`)
}
