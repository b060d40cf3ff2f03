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

// procNet reads the kernel's tables of TCP sockets, where netlink is denied.
// They are of the network namespace of this process.
type procNet struct {
	uid uint32
}

func openProcNet() (source, error) {
	uid, err := ownUID()
	if err != nil {
		return nil, err
	}
	return procNet{uid: uid}, nil
}

func (procNet) close() error { return nil }

func (p procNet) check(peer, local netip.AddrPort) error {
	tables := []string{"/proc/net/tcp6"}
	if peer.Addr().Is4() {
		tables = []string{"/proc/net/tcp", "/proc/net/tcp6"} // in the second: sockets of IPv6 connected over IPv4
	}
	var found sockets
	for _, table := range tables {
		more, err := readProcNet(table, peer, local)
		if errors.Is(err, fs.ErrNotExist) && len(tables) == 2 && table == "/proc/net/tcp6" {
			continue // a kernel without IPv6
		}
		if err != nil {
			return err
		}
		found = append(found, more...)
	}
	return found.belongTo(p.uid)
}

// readProcNet returns the sockets of a table that are at peer and connected to
// local.
func readProcNet(table string, peer, local netip.AddrPort) (sockets, error) {
	f, err := os.Open(table)
	if err != nil {
		return nil, err
	}
	defer f.Close()

	wide := table == "/proc/net/tcp6"
	ends := []byte(" " + procNetAddr(peer, wide) + " " + procNetAddr(local, wide) + " ")
	var found sockets
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		_, rest, ok := bytes.Cut(lines.Bytes(), ends)
		if !ok {
			continue
		}
		s, err := parseProcNet(rest)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", table, err)
		}
		found = append(found, s)
	}
	return found, lines.Err()
}

// parseProcNet reads what follows the addresses in a line of the table:
//
//	state queues timer retransmits uid timeout inode …
func parseProcNet(rest []byte) (socket, error) {
	fields := bytes.Fields(rest)
	if len(fields) < 7 {
		return socket{}, fmt.Errorf("too few fields: %q", rest)
	}
	state, err1 := strconv.ParseUint(string(fields[0]), 16, 8)
	uid, err2 := strconv.ParseUint(string(fields[4]), 10, 32)
	inode, err3 := strconv.ParseUint(string(fields[6]), 10, 64)
	if err := errors.Join(err1, err2, err3); err != nil {
		return socket{}, err
	}
	return linuxSocket(uint8(state), uint32(uid), uint32(inode)), nil
}

// procNetAddr formats an address as the tables do: each four bytes of the
// address as a number in the byte order of the machine, in hexadecimal.
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
