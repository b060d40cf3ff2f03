package attack

import (
	"net"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/proof"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// asRootOfNobody has a command run as nobody, in a namespace where that is called
// root.
func asRootOfNobody(cmd *exec.Cmd) {
	id := []syscall.SysProcIDMap{{ContainerID: 0, HostID: tool.Nobody, Size: 1}}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWUSER, UidMappings: id, GidMappings: id,
		Credential: &syscall.Credential{Uid: 0, Gid: 0, NoSetGroups: true},
	}
	cmd.Dir = "/"
}

// Other users, root among them, connect to every port of the program at every address,
// and leave in every way. They reach nothing; the owner is answered.
func TestOtherUsers(t *testing.T) {
	tool.NeedRoot(t)
	own := []string{"127.0.0.1", "::1", "::ffff:127.0.0.1"}
	hosts := append(own[:3:3], "127.0.0.2", "::ffff:127.0.0.2")
	interfaces, _ := net.InterfaceAddrs() // without them there are fewer
	for _, a := range interfaces {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() && ip.IP.To4() != nil {
			hosts = append(hosts, ip.IP.String())
		}
	}
	tried, held := 0, 0
	for _, owner := range []uint32{0, tool.Nobody} {
		d := desktop.Start(t)
		home := tool.OwnedFolder(t, owner)
		v := start(t, d, tool.InHome(home, owner))
		visit := func(who func(*exec.Cmd), host, port, how string) string {
			t.Helper()
			cmd := d.Command(intruder, host, port, how)
			who(cmd)
			p := d.Spawn(cmd)
			p.Wait()
			return p.Stdout() + p.Stderr()
		}
		refuse := func(who func(*exec.Cmd), host, port, how, want string) {
			t.Helper()
			tried++
			if got := visit(who, host, port, how); !strings.HasPrefix(got, want) || strings.Contains(got, "HTTP") {
				t.Errorf("somebody else is answered at %s port %s with %q", host, port, got)
				return
			}
			held++
		}
		others := []func(*exec.Cmd){tool.As(tool.Nobody - owner)}
		if owner == 0 {
			others = append(others, asRootOfNobody)
		}
		for _, who := range others {
			for _, host := range hosts {
				if !slices.Contains(own, host) {
					refuse(who, host, v.port, "ask", "none: ")
					continue
				}
				for how, want := range map[string]string{"ask": "cut: ", "shut": "cut: ", "leave": "", "reset": "", "die": ""} {
					for range proof.Times(1, 20) {
						refuse(who, host, v.port, how, want)
					}
				}
			}
			refuse(who, "127.0.0.1", string(readAddress(t, home).Port), "ask", "cut: ")
		}
		for _, host := range own {
			if got := visit(tool.As(owner), host, v.port, "ask"); !strings.Contains(got, "200 OK") {
				t.Errorf("the owner is answered at %s with %q", host, got)
			}
		}
		// What has arrived by now was accepted before the owner's.
		for range own {
			v.Line(`reached act GET "intruder"`)
		}
		if n := strings.Count(v.Stdout(), "reached"); n != len(own) {
			t.Errorf("%d requests have reached the plug-in, %d of them the owner's", n, len(own))
			held = 0
		}
	}
	proof.Held(t, "other users, root among them, reach nothing, however they connect and leave (200 times each)", tried, held)
}

// The program listens on loopback addresses only.
func TestOtherMachines(t *testing.T) {
	v := start(t, desktop.Start(t), nil)
	listening := 0
	for _, socket := range v.Sockets() {
		if socket.Connected {
			continue
		}
		listening++
		if !strings.HasPrefix(socket.Local, "0100007F:") && !strings.HasPrefix(socket.Local, "00000000000000000000000001000000:") { // as the kernel writes them
			t.Errorf("listens at %s", socket.Local)
		}
	}
	if listening < 3 {
		t.Errorf("listens at %d addresses; want two for pages and one for later launches", listening)
	}
}
