package attack

import (
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// Another user, even root, gets no answer at any address of the machine and any port of
// the program. The owner does.
func TestOtherUsers(t *testing.T) {
	tool.NeedRoot(t)
	desktop.Need(t, "curl", "curl")
	hosts := []string{"127.0.0.1", "::1", "::ffff:127.0.0.1", "127.0.0.2"}
	interfaces, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range interfaces {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() && ip.IP.To4() != nil {
			hosts = append(hosts, ip.IP.String())
		}
	}
	tried, held := 0, 0
	for _, owner := range []uint32{0, tool.Nobody} {
		d := desktop.Start(t)
		home := tool.OwnedFolder(t, owner)
		v := tool.Start(t, d, tool.InHome(home, owner), target, "-no-browser", "-no-tray")
		curl := func(uid uint32, host, port string) string {
			cmd := d.Command("curl", "--silent", "--include", "--header", "Host: "+v.HostPort(), "http://"+net.JoinHostPort(host, port)+"/act")
			tool.As(uid)(cmd)
			out, _ := cmd.Output() // the exit status says why there is no answer
			return string(out)
		}
		for _, socket := range v.Sockets() {
			port := fmt.Sprint(socket.Local.Port())
			for _, host := range hosts {
				for range proof.Times(1, 50) {
					tried++
					if got := curl(tool.Nobody-owner, host, port); got != "" {
						t.Errorf("at %s port %s, user %d gets %q from the program of user %d; want nothing", host, port, tool.Nobody-owner, got, owner)
						continue
					}
					held++
				}
			}
		}
		if owner == 0 { // and may read the page with the number of refusals
			// The pages' two sockets are at three hosts, the one for later launches is at two.
			if got, want := v.Refusals(), (2*3+2)*proof.Times(1, 50); got != want {
				t.Errorf("%d connections are refused; want %d", got, want)
			}
		}
		_, port, _ := strings.Cut(v.HostPort(), ":")
		for _, host := range hosts[:3] {
			if got := curl(owner, host, port); !strings.Contains(got, "200 OK") {
				t.Errorf("at %s, the owner gets %q; want 200 OK", host, got)
			}
		}
		if n := strings.Count(v.Stdout(), "reached act"); n != 3 {
			t.Errorf("%d requests reached the plug-in; want the owner's 3", n)
		}
	}
	proof.Held(t, "requests of other users, of root too, at all addresses and ports get no answer", tried, held)
}

// The program listens on loopback addresses only.
func TestOtherMachines(t *testing.T) {
	v := start(t)
	listening := 0
	for _, socket := range v.Sockets() {
		if socket.Connected {
			continue
		}
		listening++
		if !socket.Local.Addr().IsLoopback() {
			t.Errorf("listens at %s", socket.Local)
		}
	}
	if listening < 3 {
		t.Errorf("listens at %d addresses; want two for pages and one for later launches", listening)
	}
}
