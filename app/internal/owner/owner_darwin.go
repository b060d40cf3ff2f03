package owner

import (
	"errors"
	"net/netip"
	"os"

	"golang.org/x/sys/unix"
)

// sources are the sources of this system.
var sources = []func() (source, error){openPCBList}

// pcbList reads the kernel's list of TCP sockets.
type pcbList struct {
	uid uint32
}

// openPCBList uses the effective user ID, because a socket belongs to the effective user
// of the process that makes it.
func openPCBList() (source, error) {
	return pcbList{uid: uint32(os.Geteuid())}, nil
}

func (pcbList) close() error { return nil }

func (p pcbList) check(peer, local netip.AddrPort) error {
	list, err := readPCBList()
	if err != nil {
		return err
	}
	found, err := parsePCBList(list, peer, local)
	if err != nil {
		return err
	}
	return found.belongTo(p.uid)
}

// readPCBList returns the list. It asks for the size first, to which the kernel adds an
// eighth. If more sockets than that are made in between, the kernel returns an error.
func readPCBList() ([]byte, error) {
	const tries = 5
	var err error
	for range tries {
		var list []byte
		list, err = unix.SysctlRaw("net.inet.tcp.pcblist_n")
		if err == nil {
			return list, nil
		}
		if !errors.Is(err, unix.ENOMEM) {
			break
		}
	}
	return nil, os.NewSyscallError("sysctl net.inet.tcp.pcblist_n", err)
}

// socketConnected reports whether our own socket is connected, and not reset.
func socketConnected(fd uintptr) (bool, error) {
	info, err := unix.GetsockoptTCPConnectionInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_CONNECTION_INFO)
	if err != nil {
		// A socket that was reset has no TCP state.
		if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ECONNRESET) {
			return false, nil
		}
		return false, os.NewSyscallError("getsockopt TCP_CONNECTION_INFO", err)
	}
	return info.State == xnuEstablished || info.State == xnuCloseWait, nil
}
