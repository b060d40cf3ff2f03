package web

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"golang.org/x/sys/unix"
)

// nobody is the user and group ID of the account nobody.
const nobody = 65534

func init() { peers = map[string]func(){"peer": askAsPeer, "stay": stay} }

// askAsPeer is the program of the other user. It gets the page of the program at an
// address, and prints the answer.
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

// stay is another program of the other user. It gets the event stream of the program at
// an address, and prints its beginning and its end.
func stay() {
	conn, err := net.Dial("tcp", os.Args[2])
	if err != nil {
		fmt.Println(err)
		return
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /app.events HTTP/1.1\r\nHost: %s\r\n\r\n", os.Args[2])
	answer := bufio.NewReader(conn)
	status, err := answer.ReadString('\n')
	fmt.Printf("%q %v\n", status, err)
	rest, err := io.ReadAll(answer)
	fmt.Printf("then %d bytes, %v\n", len(rest), err)
}

// dialAs connects to an address. The form of the address determines the kind of socket:
// for ::ffff:127.0.0.1 it uses an IPv6 socket, unlike package net.
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

// askAsNobody runs askAsPeer as another user.
func askAsNobody(t *testing.T, to netip.AddrPort) string {
	t.Helper()
	cmd := asNobody(t, "peer", to)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// asNobody returns the program what of another user for an address.
func asNobody(t *testing.T, what string, to netip.AddrPort) *exec.Cmd {
	t.Helper()
	// Another user cannot open the file by its path, which is private to go test, but by
	// an open descriptor.
	binary, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { binary.Close() })
	cmd := exec.Command("/proc/self/fd/3", what, to.String())
	cmd.Dir = "/"
	cmd.Env = os.Environ()
	cmd.ExtraFiles = []*os.File{binary}
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	return cmd
}

// TestOwnerFilterClosesOthers: a stream of another user is cut when the settings no
// longer allow other users.
func TestOwnerFilterClosesOthers(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: it needs root, to start a program as another user")
	}
	p := serve(t, plain{})
	port := "port=" + strconv.Itoa(p.port)
	p.submit(t, "/app.settings", port+"&otherUsers=on")
	own, err := net.Dial("tcp", loopback.Host(p.port))
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	answers := bufio.NewReader(own)
	askOnOwn := func() string {
		fmt.Fprintf(own, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", loopback.Host(p.port))
		resp, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(body)
	}
	askOnOwn()

	cmd := asNobody(t, "stay", netip.MustParseAddrPort(loopback.Host(p.port)))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	got := bufio.NewReader(out)
	if line, err := got.ReadString('\n'); !strings.Contains(line, "200 OK") {
		t.Errorf("allowed, another user gets %s, %v", line, err)
	}
	p.submit(t, "/app.settings", port)
	if line, err := got.ReadString('\n'); !strings.HasPrefix(line, "then ") {
		t.Errorf("no longer allowed, another user gets %s, %v", line, err)
	}
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	if got := askOnOwn(); !strings.Contains(got, "home of plain") {
		t.Errorf("the owner gets %q", got)
	}
	own.Close()
	for held := true; held; { // connections are forgotten when they end
		runtime.GC()
		held = false
		p.Filter.others.Range(func(any, any) bool { held = true; return false })
	}
}

func TestOwnerFilter(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: it needs root, to start a program as another user")
	}
	p := serve(t, plain{})
	var addresses []netip.AddrPort
	for _, l := range p.Listeners {
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
	if n := p.Refusals.Total(); n != asked {
		t.Errorf("%d of %d refusals are counted", n, asked)
	}
	if text := p.logged(t); !strings.Contains(text, "connection refused") {
		t.Errorf("the log has no refusal: %s", text)
	}
}
