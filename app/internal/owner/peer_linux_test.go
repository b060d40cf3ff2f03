package owner

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"
)

// nobody is the user and group ID of the account nobody.
const nobody = 65534

// runPeer is the program of the other user. It prints a line for each of its actions, and
// ends when standard input ends.
//
//	connect FROM TO DO    connects, sends a byte, and ends the connection as DO says;
//	                      FROM may be the zero port of an address
//	serve                 listens, and prints whether Check accepts its one peer
//	uid                   prints whether ownUID returns ErrUnsupported
//	without-netlink       prints the source that works when netlink is denied
func runPeer(args []string) error {
	switch args[0] {
	case "connect":
		conn, err := connectTCP(netip.MustParseAddrPort(args[1]), netip.MustParseAddrPort(args[2]))
		if err != nil {
			return err
		}
		fmt.Println(conn.LocalAddr())
		if _, err := conn.Write([]byte{'!'}); err != nil {
			return err
		}
		if err := depart(conn, args[3]); err != nil {
			return err
		}
		fmt.Println("done")
	case "serve":
		if err := servePeer(); err != nil {
			return err
		}
	case "uid":
		_, err := ownUID()
		fmt.Println(errors.Is(err, ErrUnsupported))
	case "without-netlink":
		if err := denyNetlink(); err != nil {
			return err
		}
		checker := New()
		defer checker.Close()
		if err := checker.Test(); err != nil {
			return err
		}
		fmt.Printf("%T\n", checker.source)
	}
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// denyNetlink denies netlink sockets to this process, as a sandbox does.
func denyNetlink() error {
	const systemCall, firstArgument = 0, 16 // in struct seccomp_data, little-endian
	load := func(at uint32) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, K: at}
	}
	unless := func(value uint32, skip uint8) unix.SockFilter {
		return unix.SockFilter{Code: unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, K: value, Jf: skip}
	}
	filter := []unix.SockFilter{
		load(systemCall), unless(unix.SYS_SOCKET, 3),
		load(firstArgument), unless(unix.AF_NETLINK, 1),
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ERRNO | uint32(unix.EACCES)},
		{Code: unix.BPF_RET | unix.BPF_K, K: unix.SECCOMP_RET_ALLOW},
	}
	program := unix.SockFprog{Len: uint16(len(filter)), Filter: &filter[0]}
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return os.NewSyscallError("prctl", err)
	}
	_, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER,
		unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&program)))
	if errno != 0 {
		return os.NewSyscallError("seccomp", errno)
	}
	return nil
}

// depart ends conn in one of four ways.
func depart(conn *net.TCPConn, do string) error {
	switch do {
	case "hold":
		return nil
	case "half-close":
		return conn.CloseWrite()
	case "close":
		return conn.Close()
	case "reset":
		return errors.Join(conn.SetLinger(0), conn.Close())
	}
	return fmt.Errorf("%s: unknown way to end a connection", do)
}

func servePeer() error {
	checker := New()
	defer checker.Close()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer listener.Close()
	fmt.Println(listener.Addr())
	conn, err := listener.Accept()
	if err != nil {
		return err
	}
	defer conn.Close()
	err = checker.Check(conn)
	fmt.Println(errors.Is(err, ErrOtherUser), err)
	return nil
}

// A program is a running program of another user.
type program struct {
	t     testing.TB
	cmd   *exec.Cmd
	stdin io.Closer
	lines *bufio.Scanner
}

// start runs this test binary as a peer, as the user in attr.
func start(t testing.TB, attr *syscall.SysProcAttr, args ...string) *program {
	t.Helper()
	// Another user cannot open the file by its path, which is private to go test, but by
	// an open descriptor.
	binary, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer binary.Close()
	cmd := exec.Command("/proc/self/fd/3", append([]string{"peer"}, args...)...)
	cmd.Dir = "/"
	cmd.ExtraFiles = []*os.File{binary}
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0") // otherwise each takes a second to end
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = attr
	stdin, err1 := cmd.StdinPipe()
	stdout, err2 := cmd.StdoutPipe()
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	err = cmd.Start()
	if errors.Is(err, fs.ErrPermission) && attr != nil && attr.Cloneflags != 0 {
		t.Skip("not for systems that do not allow user namespaces: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	p := &program{t: t, cmd: cmd, stdin: stdin, lines: bufio.NewScanner(stdout)}
	t.Cleanup(p.end)
	return p
}

// startAsNobody runs this test binary as a peer of another user.
func startAsNobody(t testing.TB, args ...string) *program {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("not for ordinary users: it needs root, to start a program as another user")
	}
	return start(t, &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}, args...)
}

// line returns the next line of the program's output.
func (p *program) line() string {
	p.t.Helper()
	if !p.lines.Scan() {
		p.t.Fatalf("the peer program ended early: %v", p.lines.Err())
	}
	return p.lines.Text()
}

// end lets the program end.
func (p *program) end() {
	p.stdin.Close()
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("the peer program: %v", err)
	}
}

// connectTCP connects from one address to another. The form of the address determines the
// kind of socket: for ::ffff:127.0.0.1 it makes an IPv6 socket, unlike package net.
func connectTCP(from, to netip.AddrPort) (*net.TCPConn, error) {
	fd, err := tcpSocket(to)
	if err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(fd), "tcp")
	defer file.Close()
	if err := errors.Join(unix.Bind(fd, sockaddr(from)), unix.Connect(fd, sockaddr(to))); err != nil {
		return nil, fmt.Errorf("from %v to %v: %w", from, to, err)
	}
	conn, err := net.FileConn(file)
	if err != nil {
		return nil, err
	}
	return conn.(*net.TCPConn), nil
}

// listenTCP listens on a free port of the address; see connectTCP.
func listenTCP(t testing.TB, address netip.Addr) *net.TCPListener {
	t.Helper()
	at := netip.AddrPortFrom(address, 0)
	fd, err := tcpSocket(at)
	if err != nil {
		t.Fatal(err)
	}
	file := os.NewFile(uintptr(fd), "tcp")
	defer file.Close()
	if err := unix.Bind(fd, sockaddr(at)); err != nil {
		t.Skipf("%v: %v", address, err)
	}
	if err := unix.Listen(fd, 128); err != nil {
		t.Fatal(err)
	}
	listener, err := net.FileListener(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return listener.(*net.TCPListener)
}

func tcpSocket(a netip.AddrPort) (int, error) {
	family := unix.AF_INET6
	if a.Addr().Is4() {
		family = unix.AF_INET
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, os.NewSyscallError("socket", err)
	}
	// This allows a port to be used again after its connection was reset.
	err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	if err == nil && family == unix.AF_INET6 {
		err = unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0)
	}
	if err != nil {
		return -1, errors.Join(os.NewSyscallError("setsockopt", err), unix.Close(fd))
	}
	return fd, nil
}

func sockaddr(a netip.AddrPort) unix.Sockaddr {
	if a.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().As4()}
	}
	return &unix.SockaddrInet6{Port: int(a.Port()), Addr: a.Addr().As16()}
}
