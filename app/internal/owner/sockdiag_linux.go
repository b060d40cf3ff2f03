package owner

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

// sockDiag asks the kernel for a socket by its addresses and ports, over a netlink socket
// that stays open.
//
// It finds only sockets in the network namespace in which the netlink socket was made.
// All peers of a listener from another namespace are refused.
type sockDiag struct {
	uid      uint32
	fd       int
	sequence uint32
	question [diagQuestion]byte
	answer   [512]byte // much more than is needed
}

// These constants describe the layout of the messages, from the kernel's
// include/uapi/linux/netlink.h and inet_diag.h. Numbers are in the byte order of the
// machine, and ports and addresses in network byte order.
const (
	sockDiagByFamily = 20

	diagHeader   = unix.SizeofNlMsghdr // length, type, flags, sequence, sender
	diagID       = 48                  // ports, addresses, interface, cookie
	diagQuestion = diagHeader + 8 + diagID
	diagAnswer   = diagHeader + 4 + diagID + 20
)

// openSockDiag makes the netlink socket. It is connected to the kernel, so it does not
// receive messages from others. It does not block, because the kernel answers before the
// system call of the question returns.
func openSockDiag() (source, error) {
	uid, err := ownUID()
	if err != nil {
		return nil, err
	}
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return nil, os.NewSyscallError("socket netlink", err)
	}
	if err := unix.Connect(fd, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return nil, errors.Join(os.NewSyscallError("connect netlink", err), unix.Close(fd))
	}
	return &sockDiag{uid: uid, fd: fd}, nil
}

func (d *sockDiag) close() error { return os.NewSyscallError("close netlink", unix.Close(d.fd)) }

func (d *sockDiag) check(peer, local netip.AddrPort) error {
	found, err := d.ask(peer, local)
	if err != nil {
		return err
	}
	return sockets{found}.belongTo(d.uid)
}

// ask returns the socket at peer that is connected to local, or the zero socket.
func (d *sockDiag) ask(peer, local netip.AddrPort) (socket, error) {
	d.sequence++
	putDiagQuestion(&d.question, peer, local, d.sequence)
	if _, err := unix.Write(d.fd, d.question[:]); err != nil {
		return socket{}, os.NewSyscallError("write netlink", err)
	}
	for {
		n, err := unix.Read(d.fd, d.answer[:])
		if err != nil {
			return socket{}, os.NewSyscallError("read netlink", err)
		}
		found, err := parseDiagAnswer(d.answer[:n], peer, local, d.sequence)
		if err != errStale {
			return found, err
		}
	}
}

// errStale means that the answer belongs to an earlier question.
var errStale = errors.New("netlink answer to an earlier question")

// putDiagQuestion writes the question for the socket at peer connected to local.
func putDiagQuestion(q *[diagQuestion]byte, peer, local netip.AddrPort, sequence uint32) {
	*q = [diagQuestion]byte{}
	order := binary.NativeEndian
	order.PutUint32(q[0:], diagQuestion)
	order.PutUint16(q[4:], sockDiagByFamily)
	order.PutUint16(q[6:], unix.NLM_F_REQUEST)
	order.PutUint32(q[8:], sequence)

	body := q[diagHeader:]
	body[0] = unix.AF_INET
	if peer.Addr().Is6() {
		body[0] = unix.AF_INET6
	}
	body[1] = unix.IPPROTO_TCP
	order.PutUint32(body[4:], ^uint32(0)) // in any state

	id := body[8:]
	binary.BigEndian.PutUint16(id[0:], peer.Port())
	binary.BigEndian.PutUint16(id[2:], local.Port())
	putAddr(id[4:20], peer.Addr())
	putAddr(id[20:36], local.Addr())
	// The loopback interface has this index in every network namespace. With it, the
	// kernel also finds sockets that are bound to the interface (curl --interface lo).
	order.PutUint32(id[36:], 1)
	order.PutUint64(id[40:], ^uint64(0)) // no cookie
}

// putAddr writes an address for inet_diag, with IPv4 in the first four bytes.
func putAddr(to []byte, a netip.Addr) {
	if a.Is4() {
		b := a.As4()
		copy(to, b[:])
		return
	}
	b := a.As16()
	copy(to, b[:])
}

// parseDiagAnswer parses the kernel's answer to the question with the given sequence
// number. It returns the zero socket if there is no such socket.
func parseDiagAnswer(b []byte, peer, local netip.AddrPort, sequence uint32) (socket, error) {
	order := binary.NativeEndian
	if len(b) < diagHeader+4 {
		return socket{}, fmt.Errorf("netlink answer of %d bytes is too short", len(b))
	}
	if order.Uint32(b[8:]) != sequence {
		return socket{}, errStale
	}
	switch kind := order.Uint16(b[4:]); kind {
	case unix.NLMSG_ERROR:
		errno := unix.Errno(-int32(order.Uint32(b[diagHeader:])))
		if errno == unix.ENOENT {
			return socket{}, nil
		}
		return socket{}, os.NewSyscallError("sock_diag", errno)
	case sockDiagByFamily:
	default:
		return socket{}, fmt.Errorf("netlink answer of unknown type %d", kind)
	}
	if len(b) < diagAnswer {
		return socket{}, fmt.Errorf("sock_diag answer of %d bytes is too short", len(b))
	}

	body := b[diagHeader:]
	id, rest := body[4:4+diagID], body[4+diagID:]
	if diagAddrPort(body[0], id[4:20], id[0:2]) != peer || diagAddrPort(body[0], id[20:36], id[2:4]) != local {
		return socket{}, nil // a listener or another socket
	}
	return linuxSocket(body[1], order.Uint32(rest[12:]), order.Uint32(rest[16:])), nil
}

// diagAddrPort reads an address of the given family and a port. An IPv6 socket that is
// connected over IPv4 has addresses of the form ::ffff:127.0.0.1.
func diagAddrPort(family uint8, addr, port []byte) netip.AddrPort {
	size := 16
	if family == unix.AF_INET {
		size = 4
	}
	a, _ := netip.AddrFromSlice(addr[:size])
	return netip.AddrPortFrom(a.Unmap(), binary.BigEndian.Uint16(port))
}
