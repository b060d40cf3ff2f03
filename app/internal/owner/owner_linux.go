package owner

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// sources are the ways to ask, the best first.
var sources = []func() (source, error){openSockDiag, openProcNet}

// States of a TCP socket, from the kernel's include/net/tcp_states.h.
const (
	tcpEstablished = 1
	tcpFinWait1    = 4
	tcpFinWait2    = 5
	tcpCloseWait   = 8
)

// linuxSocket judges what the kernel tells of a socket. A socket that no
// process holds has no inode, and kernels differ in whose they then call it.
// One that listens is reported when there is no connection, and is nobody's
// answer to ours.
func linuxSocket(state uint8, uid, inode uint32) socket {
	connected := state == tcpEstablished || state == tcpFinWait1 || state == tcpFinWait2
	return socket{uid: uid, live: connected && inode != 0}
}

// socketConnected tells whether our own socket is connected, or has at least
// not been reset. The state is the first byte of the kernel's struct tcp_info.
func socketConnected(fd uintptr) (bool, error) {
	info, err := unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		return false, os.NewSyscallError("getsockopt TCP_INFO", err)
	}
	var first [4]byte
	binary.NativeEndian.PutUint32(first[:], uint32(info))
	return first[0] == tcpEstablished || first[0] == tcpCloseWait, nil
}

// ownUID returns the user id that our own sockets have: a socket belongs to
// the effective user of the process that makes it. The effective user is also
// the one whose powers this process lends to those whom it serves, so in a
// set-user-id program it is right to let in that user and not the real one.
//
// In a user namespace the kernel shows every user that has no id there as one
// and the same, by default 65534. A process that itself has this id cannot
// tell itself from them.
func ownUID() (uint32, error) {
	uid := uint32(os.Geteuid())
	overflow, err := os.ReadFile("/proc/sys/kernel/overflowuid")
	if err != nil {
		overflow = []byte("65534") // what the kernel is built with
	}
	if strconv.FormatUint(uint64(uid), 10) != string(bytes.TrimSpace(overflow)) {
		return uid, nil
	}
	users, err := os.ReadFile("/proc/self/uid_map")
	if err != nil {
		return 0, err
	}
	if string(bytes.Join(bytes.Fields(users), []byte(" "))) != "0 0 4294967295" {
		return 0, fmt.Errorf("%w: in this user namespace, user id %d stands for all users without one", ErrUnsupported, uid)
	}
	return uid, nil
}
