package owner

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"strconv"
)

// procNet reads the kernel's tables of TCP sockets, for systems where sock_diag is not
// available: a systemd unit with RestrictAddressFamilies or a seccomp filter denies
// netlink sockets, gVisor does not have sock_diag, and a kernel with locked modules
// (kernel.modules_disabled) may not have loaded tcp_diag. The tables are of this
// process's network namespace.
type procNet struct {
	uid uint32
}

func openProcNet() (source, error) {
	uid, err := ownUID()
	return procNet{uid: uid}, err
}

func (procNet) close() error { return nil }

func (p procNet) check(peer, local netip.AddrPort) error {
	var found sockets
	if peer.Addr().Is4() {
		var err error
		if found, err = readProcNet("/proc/net/tcp", procNetAddr(peer, false), procNetAddr(local, false)); err != nil {
			return err
		}
	}
	// This table also has IPv6 sockets that are connected over IPv4.
	more, err := readProcNet("/proc/net/tcp6", procNetAddr(peer, true), procNetAddr(local, true))
	if errors.Is(err, fs.ErrNotExist) && peer.Addr().Is4() {
		err = nil // the kernel has no IPv6
	}
	if err != nil {
		return err
	}
	return append(found, more...).belongTo(p.uid)
}

// readProcNet returns the sockets in a table at peer that are connected to local. After
// the addresses, a line has
//
//	state queues timer retransmits uid timeout inode …
func readProcNet(table, peer, local string) (found sockets, err error) {
	f, err := os.Open(table)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	ends := []byte(" " + peer + " " + local + " ")
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		_, rest, ok := bytes.Cut(lines.Bytes(), ends)
		if !ok {
			continue
		}
		fields := bytes.Fields(rest)
		if len(fields) < 7 {
			return nil, fmt.Errorf("%s: too few fields: %q", table, rest)
		}
		state, err1 := strconv.ParseUint(string(fields[0]), 16, 8)
		uid, err2 := strconv.ParseUint(string(fields[4]), 10, 32)
		inode, err3 := strconv.ParseUint(string(fields[6]), 10, 32)
		if err := errors.Join(err1, err2, err3); err != nil {
			return nil, fmt.Errorf("%s: %w", table, err)
		}
		found = append(found, linuxSocket(uint8(state), uint32(uid), uint32(inode)))
	}
	return found, lines.Err()
}

// procNetAddr formats an address as in the tables: each four bytes of the address are a
// hexadecimal number in the byte order of the machine.
func procNetAddr(a netip.AddrPort, wide bool) string {
	b := a.Addr().AsSlice()
	if wide {
		b16 := a.Addr().As16()
		b = b16[:]
	}
	var text []byte
	for ; len(b) > 0; b = b[4:] {
		text = fmt.Appendf(text, "%08X", binary.NativeEndian.Uint32(b))
	}
	return string(fmt.Appendf(text, ":%04X", a.Port()))
}
