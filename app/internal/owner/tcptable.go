package owner

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"time"
)

// A tcpRow is Windows's data about one end of a TCP connection.
type tcpRow struct {
	pid     uint32
	state   uint32
	created time.Time // when the connection was bound to its process; zero if unknown
}

// live reports whether a process holds the connection, and it is connected or has closed
// only its sending half. The remains of a closed connection have the process ID 0.
func (r tcpRow) live() bool {
	const established, finWait1, finWait2 = 5, 6, 7 // MIB_TCP_STATE
	return r.pid != 0 && (r.state == established || r.state == finWait1 || r.state == finWait2)
}

// A tcpLayout has the offsets of the fields of a row, in bytes. Numbers are little-endian
// on all machines on which Go and Windows run. Ports and addresses are in network byte
// order.
type tcpLayout struct {
	family, addrSize                     int
	start, size                          int // offset of the first row, size of each row
	local, localPort, remote, remotePort int
	state, pid, created                  int
}

var (
	// MIB_TCPTABLE_OWNER_MODULE with MIB_TCPROW_OWNER_MODULE
	tcpLayout4 = tcpLayout{
		family: 2, addrSize: 4, start: 8, size: 160,
		state: 0, local: 4, localPort: 8, remote: 12, remotePort: 16, pid: 20, created: 24,
	}
	// MIB_TCP6TABLE_OWNER_MODULE with MIB_TCP6ROW_OWNER_MODULE
	tcpLayout6 = tcpLayout{
		family: 23, addrSize: 16, start: 8, size: 192,
		local: 0, localPort: 20, remote: 24, remotePort: 44, state: 48, pid: 52, created: 56,
	}
)

// find returns the live row of table at peer that is connected to local, and reports
// whether there is one.
func (l tcpLayout) find(table []byte, peer, local netip.AddrPort) (tcpRow, bool, error) {
	if len(table) < l.start {
		return tcpRow{}, false, fmt.Errorf("the table of TCP connections has only %d bytes", len(table))
	}
	rows := table[l.start:]
	n := uint64(binary.LittleEndian.Uint32(table))
	if n > uint64(len(rows)/l.size) {
		return tcpRow{}, false, fmt.Errorf("the table of TCP connections has only %d bytes for %d rows", len(table), n)
	}
	for ; n > 0; n-- {
		row := rows[:l.size]
		rows = rows[l.size:]
		if l.addrPort(row, l.local, l.localPort) != peer || l.addrPort(row, l.remote, l.remotePort) != local {
			continue
		}
		r := tcpRow{
			pid:     binary.LittleEndian.Uint32(row[l.pid:]),
			state:   binary.LittleEndian.Uint32(row[l.state:]),
			created: filetime(binary.LittleEndian.Uint64(row[l.created:])),
		}
		if r.live() {
			return r, true, nil
		}
	}
	return tcpRow{}, false, nil
}

// addrPort reads an address and a port of a row.
func (l tcpLayout) addrPort(row []byte, addr, port int) netip.AddrPort {
	a, _ := netip.AddrFromSlice(row[addr : addr+l.addrSize])
	return netip.AddrPortFrom(a.Unmap(), binary.BigEndian.Uint16(row[port:]))
}

// filetime converts a FILETIME, which counts steps of 100 ns since the year 1601. Zero
// gives the zero Time.
func filetime(t uint64) time.Time {
	if t == 0 {
		return time.Time{}
	}
	const to1970 = 116444736000000000
	return time.Unix(0, (int64(t)-to1970)*100)
}
