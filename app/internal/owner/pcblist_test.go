package owner

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
)

// A pcb is a socket in the list of macOS.
type pcb struct {
	local, foreign string
	uid            uint32
	state          uint32
	flags          uint16
	handle         uint64
}

// pcbRecord returns a record of a list: length, kind, content, padding.
func pcbRecord(kind uint32, size int, fill func(b []byte)) []byte {
	b := make([]byte, (size+7)&^7)
	binary.LittleEndian.PutUint32(b, uint32(size))
	binary.LittleEndian.PutUint32(b[4:], kind)
	if fill != nil {
		fill(b)
	}
	return b
}

// bytes returns the records of a socket, with the sizes and offsets of XNU's headers when
// they are packed to four bytes.
func (p pcb) bytes() []byte {
	local, foreign := netip.MustParseAddrPort(p.local), netip.MustParseAddrPort(p.foreign)
	inpcb := pcbRecord(0x010, 104, func(b []byte) {
		binary.BigEndian.PutUint16(b[16:], foreign.Port())
		binary.BigEndian.PutUint16(b[18:], local.Port())
		if local.Addr().Is4() {
			b[44] = 1
			copy(b[60:], foreign.Addr().AsSlice())
			copy(b[76:], local.Addr().AsSlice())
		} else {
			b[44] = 2
			copy(b[48:], foreign.Addr().AsSlice())
			copy(b[64:], local.Addr().AsSlice())
		}
	})
	xsocket := pcbRecord(0x001, 108, func(b []byte) {
		binary.LittleEndian.PutUint64(b[8:], p.handle)
		binary.LittleEndian.PutUint16(b[26:], p.flags)
		binary.LittleEndian.PutUint32(b[64:], p.uid)
	})
	tcpcb := pcbRecord(0x020, 204, func(b []byte) {
		binary.LittleEndian.PutUint32(b[36:], p.state)
	})
	return slices.Concat(inpcb, xsocket,
		pcbRecord(0x002, 36, nil), pcbRecord(0x004, 36, nil), pcbRecord(0x008, 136, nil), tcpcb)
}

// pcbListOf returns a list of sockets.
func pcbListOf(pcbs ...pcb) []byte {
	gen := pcbRecord(uint32(len(pcbs)), 24, nil)
	list := slices.Clone(gen)
	for _, p := range pcbs {
		list = append(list, p.bytes()...)
	}
	return append(list, gen...)
}

func TestParsePCBList(t *testing.T) {
	const peer, local = "127.0.0.1:50000", "127.0.0.1:8888"
	const peer6, local6 = "[::1]:50000", "[::1]:8888"
	held := pcb{local: peer, foreign: local, uid: 501, state: xnuEstablished, handle: 1}
	change := func(f func(p *pcb)) pcb {
		p := held
		f(&p)
		return p
	}
	mine := socket{uid: 501, live: true}

	for _, test := range []struct {
		name        string
		list        []pcb
		peer, local string
		want        sockets
	}{
		{"nothing", nil, peer, local, nil},
		{"the peer", []pcb{held}, peer, local, sockets{mine}},
		{"over IPv6", []pcb{change(func(p *pcb) { p.local, p.foreign = peer6, local6 })}, peer6, local6, sockets{mine}},
		{"mapped", []pcb{change(func(p *pcb) { p.local, p.foreign = "[::ffff:127.0.0.1]:50000", "[::ffff:127.0.0.1]:8888" })}, peer, local, sockets{mine}},
		{"half closed", []pcb{change(func(p *pcb) { p.state = xnuFinWait2 })}, peer, local, sockets{mine}},
		{"our own end", []pcb{change(func(p *pcb) { p.local, p.foreign = local, peer })}, peer, local, nil},
		{"other peer address", []pcb{change(func(p *pcb) { p.local = "127.0.0.9:50000" })}, peer, local, nil},
		{"other peer port", []pcb{change(func(p *pcb) { p.local = "127.0.0.1:50001" })}, peer, local, nil},
		{"other server address", []pcb{change(func(p *pcb) { p.foreign = "127.0.0.9:8888" })}, peer, local, nil},
		{"other server port", []pcb{change(func(p *pcb) { p.foreign = "127.0.0.1:8889" })}, peer, local, nil},
		{"other family", []pcb{held}, peer6, local6, nil},
		{"time wait", []pcb{change(func(p *pcb) { p.state = 10 })}, peer, local, sockets{{uid: 501}}},
		{"handshake", []pcb{change(func(p *pcb) { p.state = 2 })}, peer, local, sockets{{uid: 501}}},
		{"closed by its process", []pcb{change(func(p *pcb) { p.flags = 0x0103 })}, peer, local, sockets{{uid: 501}}},
		{"open, with other flags", []pcb{change(func(p *pcb) { p.flags = 0x0102 })}, peer, local, sockets{mine}},
		{"in user space", []pcb{change(func(p *pcb) { p.handle, p.uid = 0, 0 })}, peer, local, sockets{{}}},
		{"among others", []pcb{
			{local: "127.0.0.9:50000", foreign: local, uid: 502, state: xnuEstablished, handle: 2},
			held,
			{local: local, foreign: peer, uid: 503, state: xnuEstablished, handle: 3},
		}, peer, local, sockets{mine}},
	} {
		got, err := parsePCBList(pcbListOf(test.list...), netip.MustParseAddrPort(test.peer), netip.MustParseAddrPort(test.local))
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: got %+v, %v; want %+v", test.name, got, err, test.want)
		}
	}
}

func TestParsePCBList_cutOff(t *testing.T) {
	peer, local := netip.MustParseAddrPort("127.0.0.1:50000"), netip.MustParseAddrPort("127.0.0.1:8888")
	list := pcbListOf(pcb{local: peer.String(), foreign: local.String(), state: xnuEstablished, handle: 1})
	for size := range len(list) - 24 + 8 { // of the last record, only the length is needed
		if got, err := parsePCBList(list[:size], peer, local); err == nil {
			t.Errorf("%d of %d bytes: got %+v and no error", size, len(list), got)
		}
	}
}

func FuzzParsePCBList(f *testing.F) {
	peer, local := netip.MustParseAddrPort("127.0.0.1:50000"), netip.MustParseAddrPort("127.0.0.1:8888")
	f.Add(pcbListOf())
	f.Add(pcbListOf(pcb{local: peer.String(), foreign: local.String(), uid: 501, state: xnuEstablished, handle: 1}))
	f.Fuzz(func(t *testing.T, list []byte) {
		found, err := parsePCBList(list, peer, local)
		if err != nil && found != nil {
			t.Errorf("%+v and %v", found, err)
		}
	})
}
