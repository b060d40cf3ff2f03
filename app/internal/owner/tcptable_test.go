package owner

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"
)

// A tableRow is a row of Windows's tables of TCP connections.
type tableRow struct {
	local, remote string
	state, pid    uint32
	created       uint64
}

// table returns a MIB_TCPTABLE_OWNER_MODULE or, if wide is true, a
// MIB_TCP6TABLE_OWNER_MODULE, with the offsets of Windows's headers.
func table(wide bool, rows ...tableRow) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(rows))) // and four bytes of padding
	number := func(n uint32) { b = binary.LittleEndian.AppendUint32(b, n) }
	address := func(a netip.AddrPort) {
		b = append(b, a.Addr().AsSlice()...)
		if wide {
			number(0) // scope
		}
		b = binary.BigEndian.AppendUint16(b, a.Port())
		b = append(b, 0xaa, 0xaa) // not documented to be zero
	}
	for _, row := range rows {
		if !wide {
			number(row.state)
		}
		address(netip.MustParseAddrPort(row.local))
		address(netip.MustParseAddrPort(row.remote))
		if wide {
			number(row.state)
		}
		number(row.pid)
		b = binary.LittleEndian.AppendUint64(b, row.created)
		b = append(b, make([]byte, 16*8)...) // module
	}
	return b
}

func TestTCPLayout(t *testing.T) {
	const peer, local = "127.0.0.1:50000", "127.0.0.1:8888"
	const peer6, local6 = "[::1]:50000", "[::1]:8888"
	const mapped, mappedLocal = "[::ffff:127.0.0.1]:50000", "[::ffff:127.0.0.1]:8888"
	const newYear2026 = 134116992000000000
	found := tcpRow{pid: 77, state: 5, created: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	halfClosed, undated := found, found
	halfClosed.state = 7
	undated.created = time.Time{}

	for _, test := range []struct {
		name        string
		layout      tcpLayout
		table       []byte
		peer, local string
		want        tcpRow // zero if not found
	}{
		{"nothing", tcpLayout4, table(false), peer, local, tcpRow{}},
		{"the peer", tcpLayout4, table(false, tableRow{peer, local, 5, 77, newYear2026}), peer, local, found},
		{"over IPv6", tcpLayout6, table(true, tableRow{peer6, local6, 5, 77, newYear2026}), peer6, local6, found},
		{"mapped", tcpLayout6, table(true, tableRow{mapped, mappedLocal, 5, 77, newYear2026}), peer, local, found},
		{"half closed", tcpLayout4, table(false, tableRow{peer, local, 7, 77, newYear2026}), peer, local, halfClosed},
		{"without a time", tcpLayout4, table(false, tableRow{peer, local, 5, 77, 0}), peer, local, undated},
		{"our own end", tcpLayout4, table(false, tableRow{local, peer, 5, 77, newYear2026}), peer, local, tcpRow{}},
		{"other peer address", tcpLayout4, table(false, tableRow{"127.0.0.9:50000", local, 5, 77, newYear2026}), peer, local, tcpRow{}},
		{"other peer port", tcpLayout4, table(false, tableRow{"127.0.0.1:50001", local, 5, 77, newYear2026}), peer, local, tcpRow{}},
		{"other server address", tcpLayout4, table(false, tableRow{peer, "127.0.0.9:8888", 5, 77, newYear2026}), peer, local, tcpRow{}},
		{"other server port", tcpLayout4, table(false, tableRow{peer, "127.0.0.1:8889", 5, 77, newYear2026}), peer, local, tcpRow{}},
		{"without a process", tcpLayout4, table(false, tableRow{peer, local, 5, 0, newYear2026}), peer, local, tcpRow{}},
		{"time wait", tcpLayout4, table(false, tableRow{peer, local, 11, 77, newYear2026}), peer, local, tcpRow{}},
		{"handshake", tcpLayout4, table(false, tableRow{peer, local, 3, 77, newYear2026}), peer, local, tcpRow{}},
		{"among others", tcpLayout6, table(true,
			tableRow{local6, peer6, 5, 78, newYear2026},
			tableRow{peer6, local6, 11, 79, newYear2026},
			tableRow{peer6, local6, 5, 77, newYear2026},
		), peer6, local6, found},
	} {
		got, ok, err := test.layout.find(test.table, netip.MustParseAddrPort(test.peer), netip.MustParseAddrPort(test.local))
		same := got.pid == test.want.pid && got.state == test.want.state && got.created.Equal(test.want.created)
		if err != nil || ok != (test.want != tcpRow{}) || !same {
			t.Errorf("%s: got %+v, %v, %v; want %+v", test.name, got, ok, err, test.want)
		}
	}
}

func TestTCPLayout_cutOff(t *testing.T) {
	peer, local := netip.MustParseAddrPort("127.0.0.1:50000"), netip.MustParseAddrPort("127.0.0.1:8888")
	whole := table(false, tableRow{local.String(), peer.String(), 5, 77, 0}, tableRow{peer.String(), local.String(), 5, 77, 0})
	for size := range whole {
		if row, ok, err := tcpLayout4.find(whole[:size], peer, local); err == nil {
			t.Errorf("%d of %d bytes: %+v, %v and no error", size, len(whole), row, ok)
		}
	}
}
