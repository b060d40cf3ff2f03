package owner

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// sources are the sources of this system, best first.
var sources = []func() (source, error){openSockDiag, openProcNet}

// These are states of a TCP socket, from the kernel's include/net/tcp_states.h.
const (
	tcpEstablished = 1
	tcpFinWait1    = 4
	tcpFinWait2    = 5
	tcpCloseWait   = 8
)

// linuxSocket returns a socket from the kernel's data. A socket that no process holds has
// no inode, and its user depends on the kernel. If there is no connection, the kernel
// returns a listener, which is not live.
func linuxSocket(state uint8, uid, inode uint32) socket {
	connected := state == tcpEstablished || state == tcpFinWait1 || state == tcpFinWait2
	return socket{uid: uid, live: connected && inode != 0}
}

// socketConnected reports whether our own socket is connected, and not reset. The state
// is the first byte of the kernel's struct tcp_info.
func socketConnected(fd uintptr) (bool, error) {
	info, err := unix.GetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		return false, os.NewSyscallError("getsockopt TCP_INFO", err)
	}
	var first [4]byte
	binary.NativeEndian.PutUint32(first[:], uint32(info))
	return first[0] == tcpEstablished || first[0] == tcpCloseWait, nil
}

// ownUID returns the user ID of our own sockets. A socket belongs to the effective user
// of the process that makes it. That is also right for a set-user-ID program, because its
// clients act with the permissions of the effective user.
//
// In a user namespace, the kernel shows all users without an ID there as the same user,
// by default 65534. A process with this ID cannot be distinguished from them.
func ownUID() (uint32, error) {
	uid := uint32(os.Geteuid())
	overflow, err := os.ReadFile("/proc/sys/kernel/overflowuid")
	if err != nil {
		overflow = []byte("65534") // the default of the kernel
	}
	if strconv.FormatUint(uint64(uid), 10) != string(bytes.TrimSpace(overflow)) {
		return uid, nil
	}
	users, err := os.ReadFile("/proc/self/uid_map")
	if err != nil {
		return 0, err
	}
	if string(bytes.Join(bytes.Fields(users), []byte(" "))) != "0 0 4294967295" {
		return 0, fmt.Errorf("%w: in this user namespace, all users without an ID have the user ID %d", ErrUnsupported, uid)
	}
	return uid, nil
}
