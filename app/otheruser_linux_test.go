package app

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// nobody is the user and group id of the account of this name.
const nobody = 65534

func init() { peer = askAsPeer }

// askAsPeer is the program of the other user. It asks for the page of the
// program at an address, and prints what it gets.
func askAsPeer() {
	to := netip.MustParseAddrPort(os.Args[2])
	got, err := ask(to)
	fmt.Printf("%q %v\n", got, err)
}

func ask(to netip.AddrPort) (string, error) {
	conn, err := dialAs(to)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	host := "127.0.0.1:" + strconv.Itoa(int(to.Port()))
	if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n"); err != nil {
		return "", err
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil && !errors.Is(err, syscall.ENOTCONN) {
		return "", err
	}
	text, err := io.ReadAll(bufio.NewReader(conn))
	return string(text), err
}

// dialAs connects through the kind of socket that the written form of the address
// belongs to, so that ::ffff:127.0.0.1 is reached through one of IPv6, which
// package net avoids.
func dialAs(to netip.AddrPort) (net.Conn, error) {
	if !to.Addr().Is4In6() {
		return net.Dial("tcp", to.String())
	}
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(fd), "tcp")
	defer file.Close()
	if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0); err != nil {
		return nil, err
	}
	if err := unix.Connect(fd, &unix.SockaddrInet6{Port: int(to.Port()), Addr: to.Addr().As16()}); err != nil {
		return nil, err
	}
	return net.FileConn(file)
}

// askAsNobody has another user ask.
func askAsNobody(t *testing.T, to netip.AddrPort) string {
	t.Helper()
	// Another user cannot reach the file by its path, which go test keeps private,
	// but by an open descriptor.
	binary, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer binary.Close()
	cmd := exec.Command("/proc/self/fd/3", "peer", to.String())
	cmd.Dir = "/"
	cmd.Env = environment()
	cmd.ExtraFiles = []*os.File{binary}
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestAnotherUserIsKeptOutUnlessTheSettingsSayOtherwise(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: only root can start a program as another")
	}
	p := serve(t, plain{})
	var addresses []netip.AddrPort
	for _, l := range p.server.Listeners {
		at := netip.MustParseAddrPort(l.Addr().String())
		addresses = append(addresses, at)
		if at.Addr().Is4() {
			addresses = append(addresses, netip.AddrPortFrom(netip.AddrFrom16(at.Addr().As16()), at.Port()))
		}
	}
	asked := 0
	for i, otherUsers := range []bool{false, true, false} {
		form := "port=" + strconv.Itoa(p.port)
		if otherUsers {
			form += "&otherUsers=on"
		}
		p.submit(t, "/app.settings", form)
		for _, at := range addresses {
			got := askAsNobody(t, at)
			if in := strings.Contains(got, "home of plain"); in != otherUsers {
				t.Errorf("turn %d, at %v: another user gets %s", i, at, got)
			}
			if !otherUsers {
				asked++
			}
			if got, err := ask(at); !strings.Contains(got, "home of plain") {
				t.Errorf("turn %d, at %v: the owner gets %q, %v", i, at, got, err)
			}
		}
	}
	if n := p.refusals.total(); n != asked {
		t.Errorf("%d of %d refusals are counted", n, asked)
	}
	if text, err := p.journal.tail(shownLog); err != nil || !strings.Contains(string(text), "connection refused") {
		t.Errorf("%s, %v", text, err)
	}
}
