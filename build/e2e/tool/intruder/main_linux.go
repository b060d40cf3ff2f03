// Intruder connects to a program that may not be its user's:
//
//	intruder HOST PORT HOW [FROM]
//
// HOST is an IP address, such as 127.0.0.1, ::1 or ::ffff:127.0.0.1, and FROM, if
// there is one, the address and port to connect from. It sends a request,
//
//	ask    and prints the first line of the answer, or "cut: " and why there is none;
//	shut   the same, when it has closed its sending half;
//	leave  and closes, many times;
//	reset  and resets the connection, many times;
//	die    and is killed before it closes.
//
// Where there is no connection to be had, it prints "none: " and why. Told to hand
// one over, it sends nothing, and passes it to whoever is at the other end of file
// descriptor 3.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"log"
	"net/netip"
	"os"
	"strconv"
	"syscall"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 4 && len(os.Args) != 5 {
		log.Fatal("want three or four arguments")
	}
	host, err := netip.ParseAddr(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	port, err := strconv.ParseUint(os.Args[2], 10, 16)
	if err != nil {
		log.Fatal(err)
	}
	var from netip.AddrPort
	if len(os.Args) == 5 {
		if from, err = netip.ParseAddrPort(os.Args[4]); err != nil {
			log.Fatal(err)
		}
	}
	how := os.Args[3]
	times := 1
	if how == "leave" || how == "reset" {
		times = 200
	}
	for range times {
		to := netip.AddrPortFrom(host, uint16(port))
		fd, err := dial(to, from)
		if err != nil {
			fmt.Println("none:", err)
			return
		}
		line, err := visit(fd, to, how)
		if err != nil {
			line = "cut: " + err.Error()
		}
		if times == 1 {
			fmt.Println(line)
		}
	}
}

// visit uses the connection fd, and closes it.
func visit(fd int, to netip.AddrPort, how string) (answer string, err error) {
	conn := os.NewFile(uintptr(fd), "connection")
	defer conn.Close()
	if how == "hand over" {
		return "handed over", syscall.Sendmsg(3, []byte{0}, syscall.UnixRights(fd), nil, 0)
	}
	if _, err := fmt.Fprintf(conn, "GET /act?intruder HTTP/1.0\r\nHost: 127.0.0.1:%d\r\n\r\n", to.Port()); err != nil {
		return "", err
	}
	switch how {
	case "leave":
		return "", nil
	case "reset":
		return "", syscall.SetsockoptLinger(fd, syscall.SOL_SOCKET, syscall.SO_LINGER, &syscall.Linger{Onoff: 1})
	case "die":
		return "", syscall.Kill(os.Getpid(), syscall.SIGKILL)
	case "shut":
		// The other side may have closed by now.
		if err := syscall.Shutdown(fd, syscall.SHUT_WR); err != nil && !errors.Is(err, syscall.ENOTCONN) {
			return "", err
		}
	}
	return bufio.NewReader(conn).ReadString('\n')
}

// dial is for addresses that package net does not connect to as they are:
// ::ffff:127.0.0.1 from an IPv6 socket.
func dial(to, from netip.AddrPort) (int, error) {
	family := syscall.AF_INET6
	if to.Addr().Is4() {
		family = syscall.AF_INET
	}
	fd, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	if from.IsValid() {
		// The port of a connection that was reset is good again.
		err = errors.Join(syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1), syscall.Bind(fd, sockaddr(from)))
	}
	if err == nil {
		err = syscall.Connect(fd, sockaddr(to))
	}
	if err != nil {
		return 0, errors.Join(err, syscall.Close(fd))
	}
	return fd, nil
}

func sockaddr(a netip.AddrPort) syscall.Sockaddr {
	if a.Addr().Is4() {
		return &syscall.SockaddrInet4{Port: int(a.Port()), Addr: a.Addr().As4()}
	}
	return &syscall.SockaddrInet6{Port: int(a.Port()), Addr: a.Addr().As16()}
}
