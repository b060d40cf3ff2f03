package owner

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
)

// These constants describe the list of TCP sockets of macOS, the sysctl
// net.inet.tcp.pcblist_n: a struct xinpgen, then records, then another xinpgen. Each
// record starts with its length and kind and is padded to eight bytes. The records of a
// socket follow each other, with the kinds inpcb, socket, buffers, statistics and tcpcb.
//
// The layouts are from XNU's bsd/netinet/in_pcb.h, bsd/sys/socketvar.h and
// bsd/netinet/tcp_var.h. They are packed to four bytes, and new versions have only added
// fields at the end. Numbers are in the byte order of the machine, which is little-endian
// on every Mac on which Go runs. Ports and addresses are in network byte order.
const (
	pcbGenSize = 24 // struct xinpgen

	pcbLen  = 0 // in every record
	pcbKind = 4

	pcbKindSocket = 0x001
	pcbKindInpcb  = 0x010
	pcbKindTCP    = 0x020

	// struct xinpcb_n
	inpcbForeignPort = 16
	inpcbLocalPort   = 18
	inpcbVersion     = 44 // bits: 1 for IPv4, 2 for IPv6
	inpcbForeign     = 48 // an IPv4 address is in the last four bytes of 16
	inpcbLocal       = 64
	inpcbEnd         = 80

	// struct xsocket_n
	xsocketHandle = 8 // 64 bits; 0 when the kernel has no socket for it
	xsocketState  = 26
	xsocketUID    = 64
	xsocketEnd    = 68

	socketNoFile = 0x0001 // SS_NOFDREF: no process holds it

	// struct xtcpcb_n
	tcpcbState = 36
	tcpcbEnd   = 40
)

// These are states of a TCP socket, from XNU's bsd/netinet/tcp_fsm.h.
const (
	xnuEstablished = 4
	xnuCloseWait   = 5
	xnuFinWait1    = 6
	xnuFinWait2    = 9
)

// parsePCBList returns the sockets in list at peer that are connected to local.
func parsePCBList(list []byte, peer, local netip.AddrPort) (sockets, error) {
	if len(list) < pcbGenSize {
		return nil, errors.New("the list of TCP sockets has no complete header")
	}
	var found sockets
	var inpcb, xsocket []byte
	rest := list[pcbGenSize:]
	for {
		if len(rest) < pcbKind+4 {
			return nil, errors.New("the list of TCP sockets is incomplete")
		}
		size := int(binary.LittleEndian.Uint32(rest[pcbLen:]))
		if size == pcbGenSize {
			return found, nil // the closing xinpgen
		}
		if size < pcbKind+4 || size > len(rest) {
			return nil, fmt.Errorf("the list of TCP sockets has a record of %d bytes, but only %d bytes are left", size, len(rest))
		}
		record := rest[:size]
		switch binary.LittleEndian.Uint32(record[pcbKind:]) {
		case pcbKindInpcb:
			inpcb, xsocket = record, nil
		case pcbKindSocket:
			xsocket = record
		case pcbKindTCP:
			if len(inpcb) < inpcbEnd || len(xsocket) < xsocketEnd || len(record) < tcpcbEnd {
				return nil, errors.New("the list of TCP sockets has an unknown layout")
			}
			if pcbConnects(inpcb, peer, local) {
				found = append(found, xnuSocket(xsocket, record))
			}
			inpcb, xsocket = nil, nil
		}
		rest = rest[min((size+7)&^7, len(rest)):]
	}
}

// pcbConnects reports whether a struct xinpcb_n is at peer and connected to local.
func pcbConnects(inpcb []byte, peer, local netip.AddrPort) bool {
	addrPort := func(addr, port int) netip.AddrPort {
		b := inpcb[addr : addr+16]
		if inpcb[inpcbVersion]&1 != 0 {
			b = b[12:]
		}
		a, _ := netip.AddrFromSlice(b)
		return netip.AddrPortFrom(a.Unmap(), binary.BigEndian.Uint16(inpcb[port:]))
	}
	return addrPort(inpcbLocal, inpcbLocalPort) == peer && addrPort(inpcbForeign, inpcbForeignPort) == local
}

// xnuSocket returns a socket from the kernel's data. The list also has connections that a
// process runs in user space, without a kernel socket. They have no handle, and their
// user ID is always 0.
func xnuSocket(xsocket, tcpcb []byte) socket {
	handle := binary.LittleEndian.Uint64(xsocket[xsocketHandle:])
	held := handle != 0 && binary.LittleEndian.Uint16(xsocket[xsocketState:])&socketNoFile == 0
	state := binary.LittleEndian.Uint32(tcpcb[tcpcbState:])
	connected := state == xnuEstablished || state == xnuFinWait1 || state == xnuFinWait2
	return socket{
		uid:  binary.LittleEndian.Uint32(xsocket[xsocketUID:]),
		live: held && connected,
	}
}
