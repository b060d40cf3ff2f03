package attack

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
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
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: tool.Nobody, Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: tool.Nobody, Size: 1}},
		Credential:  &syscall.Credential{Uid: 0, Gid: 0, NoSetGroups: true},
	}
	cmd.Dir = "/"
}

// startAs starts the target as its owner would who is uid, with a home of theirs.
func startAs(t *testing.T, d *desktop.Desktop, uid uint32) (v *victim, home string) {
	t.Helper()
	home = tool.OwnedFolder(t, uid)
	return startOn(t, d, tool.InHome(home, uid)), home
}

// A visit is what somebody tries.
type visit struct{ host, how string }

// visits are all ways to connect, and all to be gone before one is asked who one
// is.
func visits(yield func(visit) bool) {
	hosts := []string{"127.0.0.1", "::1", "::ffff:127.0.0.1", "127.0.0.2", "::ffff:127.0.0.2"}
	if proof.Whole() {
		hosts = append(hosts, "0.0.0.0", "::") // other names for the first two
	}
	interfaces, _ := net.InterfaceAddrs() // without them there are fewer
	for _, a := range interfaces {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() && ip.IP.To4() != nil {
			hosts = append(hosts, ip.IP.String(), "::ffff:"+ip.IP.String())
		}
	}
	for range proof.Times(1, 20) {
		for _, host := range hosts {
			for i, how := range []string{"ask", "shut", "leave", "reset", "die"} {
				// Where nobody listens there is nothing else to try.
				if (i == 0 || isOurs(host)) && !yield(visit{host, how}) {
					return
				}
			}
		}
	}
}

// isOurs tells of a host whether to connect to it is to connect to the program.
func isOurs(host string) bool {
	switch host {
	case "127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::":
		return true
	}
	return false
}

// spawn has an intruder visit v.
func (v *victim) spawn(d *desktop.Desktop, who func(*exec.Cmd), args ...string) *desktop.Process {
	cmd := d.Command(intruder, args...)
	who(cmd)
	return d.Spawn(cmd)
}

// Other users, root among them, connect in every possible way and reach nothing. The owner
// is answered at all addresses of the program.
func TestOtherUsers(t *testing.T) {
	tool.NeedRoot(t)
	tried, held := 0, 0
	for _, owner := range []uint32{0, tool.Nobody} {
		d := desktop.Start(t)
		v, _ := startAs(t, d, owner)
		others := map[string]func(*exec.Cmd){"another user": tool.As(tool.Nobody - owner)}
		if owner == 0 {
			others["nobody as root"] = asRootOfNobody
		}
		let := 0
		for _, host := range []string{"127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::"} {
			for _, how := range []string{"ask", "shut"} {
				p := v.spawn(d, tool.As(owner), host, v.port, how)
				if p.Wait(); !strings.Contains(p.Stdout(), "200 OK") {
					t.Errorf("the owner is answered at %s with %q", host, p.Stdout())
				}
				let++
			}
		}
		for name, who := range others {
			for do := range visits {
				tried++
				p := v.spawn(d, who, do.host, v.port, do.how)
				p.Wait()
				want := "" // of what is gone before it can be told
				switch {
				case !isOurs(do.host):
					want = "none: "
				case do.how == "ask" || do.how == "shut":
					want = "cut: "
				}
				if got := p.Stdout(); p.Stderr() != "" || !strings.HasPrefix(got, want) || strings.Contains(got, "HTTP") {
					t.Errorf("%s is answered at %s with %q; %s", name, do.host, got, p.Stderr())
					continue
				}
				held++
			}
		}
		// What has arrived by now was accepted before this.
		p := v.spawn(d, tool.As(owner), "127.0.0.1", v.port, "ask")
		p.Wait()
		for range let + 1 {
			v.Line(`reached act GET "intruder"`)
		}
		if n := strings.Count(v.Stdout(), "reached"); n != let+1 {
			t.Errorf("%d requests have reached the plug-in, %d of them the owner's", n, let+1)
			held = 0
		}
	}
	proof.Held(t, "other users, root among them, reach nothing, however they connect and leave (200 times each)", tried, held)
}

// An intruder connects from a port that the owner's own connection uses on another
// address, or has used on the same one.
func TestOtherUsers_reusedPort(t *testing.T) {
	tool.NeedRoot(t)
	d := desktop.Start(t)
	v, _ := startAs(t, d, 0)
	tried, held, owners := 0, 0, 0
	for range proof.Times(10, 200) {
		w, err := v.dial("127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		mine := w.LocalAddr().(*net.TCPAddr).AddrPort()
		come := func(how, from string) {
			p := v.spawn(d, tool.As(tool.Nobody), "127.0.0.1", v.port, how, netip.AddrPortFrom(netip.MustParseAddr(from), mine.Port()).String())
			p.Wait()
			got := p.Stdout()
			if strings.HasPrefix(got, "none: ") {
				return // somebody else on this machine has the port by now
			}
			tried++
			if how == "ask" && !strings.HasPrefix(got, "cut: ") || p.Stderr() != "" {
				t.Errorf("%s from %s: %q %s", how, from, got, p.Stderr())
				return
			}
			held++
		}
		come("ask", "127.0.0.9")
		come("reset", "127.0.0.9")
		// The owner's is there all the time.
		w.send(v.lines("GET /act?owner HTTP/1.1\n" + own + "\n"))
		if a, err := w.answer("GET"); a == nil || a.StatusCode != 200 {
			t.Errorf("the owner's connection is cut: %v", err)
		}
		if err := errors.Join(w.Conn.(*net.TCPConn).SetLinger(0), w.Close()); err != nil {
			t.Fatal(err)
		}
		come("ask", "127.0.0.1")
		come("reset", "127.0.0.1")
		// The owner comes after the intruder, whose bytes must not be taken for theirs.
		p := v.spawn(d, tool.As(0), "127.0.0.1", v.port, "ask", mine.String())
		p.Wait()
		switch got := p.Stdout(); {
		case strings.Contains(got, "200 OK"):
			owners++
		case !strings.HasPrefix(got, "none: "):
			t.Errorf("the owner is answered with %q %s", got, p.Stderr())
		}
	}
	asked := 0
	for _, what := range v.reached() {
		switch what {
		case `act GET "owner"`:
		case `act GET "intruder"`:
			asked++
		}
	}
	if asked != owners {
		t.Errorf("reached %d times from that port, %d of them by the owner", asked, owners)
		held = 0
	}
	proof.Held(t, "an intruder on the port of the owner's connection is not taken for the owner", tried, held)
}

// A connection belongs to the user who made it, whichever process uses it: one that an
// intruder has made and passed to a process of the owner's is the intruder's.
func TestOtherUsers_passedDescriptor(t *testing.T) {
	tool.NeedRoot(t)
	d := desktop.Start(t)
	v, _ := startAs(t, d, 0)
	tried, held := 0, 0
	for _, maker := range []uint32{tool.Nobody, 0} {
		for _, host := range []string{"127.0.0.1", "::1"} {
			tried++
			pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
			if err != nil {
				t.Fatal(err)
			}
			theirs := os.NewFile(uintptr(pair[1]), "theirs")
			cmd := d.Command(intruder, host, v.port, "hand over")
			tool.As(maker)(cmd)
			cmd.ExtraFiles = []*os.File{theirs}
			p := d.Spawn(cmd)
			theirs.Close()
			conn := receive(t, pair[0])
			p.Wait()
			fmt.Fprintf(conn, "GET /act?handed HTTP/1.0\r\nHost: 127.0.0.1:%s\r\n\r\n", v.port)
			line, err := bufio.NewReader(conn).ReadString('\n')
			conn.Close()
			if (err == nil && strings.Contains(line, "200 OK")) != (maker == 0) {
				t.Errorf("a connection of user %d is answered with %q, %v", maker, line, err)
				continue
			}
			held++
		}
	}
	if got := v.reached(); len(got) != 2 {
		t.Errorf("reached by %q, want the two of the owner's", got)
		held = 0
	}
	proof.Held(t, "a connection that was handed over counts as its maker's", tried, held)
}

// receive takes the file that somebody sends over a Unix socket, which it closes.
func receive(t *testing.T, fd int) *os.File {
	t.Helper()
	defer syscall.Close(fd)
	rights := make([]byte, syscall.CmsgSpace(4))
	_, n, _, _, err := syscall.Recvmsg(fd, make([]byte, 1), rights, 0)
	if err != nil {
		t.Fatal(err)
	}
	messages, err := syscall.ParseSocketControlMessage(rights[:n])
	if err != nil || len(messages) != 1 {
		t.Fatalf("%d messages, %v", len(messages), err)
	}
	fds, err := syscall.ParseUnixRights(&messages[0])
	if err != nil {
		t.Fatal(err)
	}
	return os.NewFile(uintptr(fds[0]), "handed over")
}

// The program listens on loopback addresses only.
func TestOtherMachines(t *testing.T) {
	v := start(t, nil)
	var at []string
	held := 0
	for _, socket := range v.Sockets() {
		if socket.Connected {
			continue
		}
		at = append(at, socket.Local)
		address, _, _ := strings.Cut(socket.Local, ":")
		if ip := kernelAddress(t, address); ip.Unmap().IsLoopback() {
			held++
		}
	}
	if len(at) < 3 {
		t.Errorf("listens at %q; want two for pages and one for later launches", at)
	}
	proof.Held(t, "addresses that the program listens at are this machine's own", len(at), held)
}

// kernelAddress reads an address in the kernel's tables: numbers of four bytes in
// the byte order of the machine.
func kernelAddress(t *testing.T, text string) netip.Addr {
	t.Helper()
	var b []byte
	for ; len(text) >= 8; text = text[8:] {
		n, err := strconv.ParseUint(text[:8], 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		b = binary.NativeEndian.AppendUint32(b, uint32(n))
	}
	a, _ := netip.AddrFromSlice(b)
	return a
}
