package form

import (
	"encoding/hex"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"
)

type (
	mood    string
	moods   []mood
	rank    uint16
	letters []string // all letters of a text
	pair    [2]netip.Addr
	uuid    [4]byte
	link    struct{ *url.URL }
)

func (l *letters) UnmarshalText(text []byte) error {
	*l = strings.Split(string(text), "")
	return nil
}

func (p *pair) UnmarshalText(text []byte) (err error) {
	a, b, _ := strings.Cut(string(text), "-")
	if p[0], err = netip.ParseAddr(a); err == nil {
		p[1], err = netip.ParseAddr(b)
	}
	return err
}

func (u *uuid) UnmarshalText(text []byte) error {
	n, err := hex.Decode(u[:], text[:min(len(text), 2*len(u))])
	if err == nil && (n < len(u) || len(text) > 2*len(u)) {
		return errors.New("want eight hexadecimal digits")
	}
	return err
}

func (l *link) UnmarshalText(text []byte) (err error) {
	l.URL, err = url.Parse(string(text))
	return err
}

type embedded struct {
	Emb    int `schema:"emb" default:"8"`
	Deeper     // its fields are promoted twice
}

// Deeper is exported, unlike the struct that it is embedded in.
type Deeper struct {
	Deep []string `schema:"deep"`
}

type addressForm struct {
	City string `schema:"city"`
	Zip  *int   `schema:"zip"`
}

type rowForm struct {
	addressForm
	Count int         `schema:"count"`
	Days  []time.Time `schema:"day"`
	Rows  []struct {
		Note string `schema:"note"`
	} `schema:"row"`
	Address *addressForm `schema:"address"`
}

// kindsForm has a field of each supported kind.
type kindsForm struct {
	embedded
	_       struct{}
	started time.Time // unexported, so not part of the form
	Skipped chan int  `schema:"-"`

	String  string  `schema:"s"`
	Bool    bool    `schema:"b"`
	Int     int     `schema:"i"`
	Int8    int8    `schema:"i8"`
	Int16   int16   `schema:"i16"`
	Int32   int32   `schema:"i32"`
	Int64   int64   `schema:"i64"`
	Uint    uint    `schema:"u"`
	Uint8   uint8   `schema:"u8"`
	Uint16  uint16  `schema:"u16"`
	Uint32  uint32  `schema:"u32"`
	Uint64  uint64  `schema:"u64"`
	Float32 float32 `schema:"f32"`
	Float64 float64 `schema:"f64"`
	Mood    mood    `schema:"mood"`
	Rank    rank    `schema:"rank"`

	PString *string    `schema:"ps"`
	PInt    *int       `schema:"pi"`
	PRank   *rank      `schema:"prank"`
	PTime   *time.Time `schema:"pt"`
	PAddr   *netip.Addr
	PBig    *big.Int `schema:"pbig"`
	PNetIP  *net.IP  `schema:"pip"`
	PUUID   *uuid    `schema:"puuid"`

	Strings   []string        `schema:"ss"`
	Bools     []bool          `schema:"bs"`
	Ints      []int           `schema:"is"`
	Floats    []float64       `schema:"fs"`
	Moods     moods           `schema:"moods"`
	Ranks     []rank          `schema:"ranks"`
	Times     []time.Time     `schema:"ts"`
	Durations []time.Duration `schema:"ds"`
	Addrs     []netip.Addr    `schema:"as"`
	Bigs      []big.Int       `schema:"bigs"`
	Levels    []level         `schema:"levels"`
	UUIDs     []uuid          `schema:"uuids"`
	NetIPs    []net.IP        `schema:"ips"`
	Pairs     []pair          `schema:"pairs"`
	Lists     []letters       `schema:"lists"`

	Time     time.Time     `schema:"t"`
	Duration time.Duration `schema:"d"`
	Addr     netip.Addr    `schema:"a"`
	NetIP    net.IP        `schema:"ip"`
	Big      big.Int       `schema:"big"`
	UUID     uuid          `schema:"uuid"`
	Letters  letters       `schema:"letters"`
	Pair     pair          `schema:"pair"`
	Link     link          `schema:"link"`
	Level    slog.Level    `schema:"level"`

	Struct  addressForm  `schema:"st"`
	PStruct *addressForm `schema:"pst"`
	NilAddr *addressForm `schema:"nil"`
	Structs []rowForm    `schema:"sts"`
}

const kindsQuery = "emb=-1&deep=a&deep=b&s=text&b=on&i=-1&i8=-128&i16=-32768&i32=-2147483648&i64=-9223372036854775808" +
	"&u=1&u8=255&u16=65535&u32=4294967295&u64=18446744073709551615&f32=1.5&f64=-2.5e3&mood=gay&rank=7" +
	"&ps=&pi=0&prank=8&pt=2026-01-02&paddr=::1&pbig=-99999999999999999999&pip=127.0.0.1&puuid=0a0b0c0d" +
	"&ss=x&ss=&ss=y,z&bs=on&bs=false&is=1&is=2&fs=1.5&fs=2&moods=a&moods=b,c&ranks=1&ranks=2&ts=2026-01-02&ts=13:05&ds=1s&ds=2h" +
	"&as=10.0.0.1&as=::&bigs=1&bigs=2&levels=low&levels=high" +
	"&uuids=0a0b0c0d&uuids=01020304&ips=127.0.0.1&ips=::1&pairs=::1-::2&pairs=::3-::4&lists=a,b&lists=c" +
	"&t=2026-01-02T03:04&d=1m30s&a=192.0.2.1&ip=192.0.2.2&big=12345678901234567890&uuid=deadbeef&letters=abc&pair=::1-::2" +
	"&link=http://x/y&level=warn%2B1&st.city=Rome&pst.zip=12" +
	"&sts.1.city=Oslo&sts.0.count=3&sts.0.day=2026-01-02&sts.0.day=2026-01-03&sts.1.row.2.note=n&sts.1.address.zip=5"

func TestBind_everyKind(t *testing.T) {
	got := taken[kindsForm](t, kindsQuery)
	day := func(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.Local) }
	number := func(s string) big.Int {
		n, _ := new(big.Int).SetString(s, 10)
		return *n
	}
	pbig := number("-99999999999999999999")
	pip := net.ParseIP("127.0.0.1")
	noted := rowForm{addressForm: addressForm{City: "Oslo"}, Address: &addressForm{Zip: new(5)}}
	noted.Rows = append(noted.Rows, struct {
		Note string `schema:"note"`
	}{}, struct {
		Note string `schema:"note"`
	}{}, struct {
		Note string `schema:"note"`
	}{"n"})
	equal(t, &got, &kindsForm{
		embedded: embedded{-1, Deeper{[]string{"a", "b"}}},
		String:   "text", Bool: true, Int: -1, Int8: -128, Int16: -32768, Int32: -2147483648, Int64: -9223372036854775808,
		Uint: 1, Uint8: 255, Uint16: 65535, Uint32: 4294967295, Uint64: 18446744073709551615, Float32: 1.5, Float64: -2500,
		Mood: "gay", Rank: 7,
		PString: new(""), PInt: new(0), PRank: new(rank(8)), PTime: new(day(2)), PAddr: new(netip.MustParseAddr("::1")),
		PBig: &pbig, PNetIP: &pip, PUUID: &uuid{10, 11, 12, 13},
		Strings: []string{"x", "", "y,z"}, Bools: []bool{true, false}, Ints: []int{1, 2}, Floats: []float64{1.5, 2},
		Moods: moods{"a", "b,c"}, Ranks: []rank{1, 2}, Times: []time.Time{day(2), time.Date(0, 1, 1, 13, 5, 0, 0, time.UTC)},
		Durations: []time.Duration{time.Second, 2 * time.Hour},
		Addrs:     []netip.Addr{netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("::")},
		Bigs:      []big.Int{number("1"), number("2")}, Levels: []level{"low", "high"},
		UUIDs: []uuid{{10, 11, 12, 13}, {1, 2, 3, 4}}, NetIPs: []net.IP{net.ParseIP("127.0.0.1"), net.ParseIP("::1")},
		Pairs: []pair{{netip.MustParseAddr("::1"), netip.MustParseAddr("::2")}, {netip.MustParseAddr("::3"), netip.MustParseAddr("::4")}},
		Lists: []letters{{"a", ",", "b"}, {"c"}},
		Time:  time.Date(2026, 1, 2, 3, 4, 0, 0, time.Local), Duration: 90 * time.Second,
		Addr: netip.MustParseAddr("192.0.2.1"), NetIP: net.ParseIP("192.0.2.2"), Big: number("12345678901234567890"),
		UUID: uuid{0xde, 0xad, 0xbe, 0xef}, Letters: letters{"a", "b", "c"},
		Pair:  pair{netip.MustParseAddr("::1"), netip.MustParseAddr("::2")},
		Link:  link{&url.URL{Scheme: "http", Host: "x", Path: "/y"}},
		Level: slog.LevelWarn + 1, Struct: addressForm{City: "Rome"}, PStruct: &addressForm{Zip: new(12)},
		Structs: []rowForm{{Count: 3, Days: []time.Time{day(2), day(3)}}, noted},
	})
}

func TestBind_textUnmarshalerErrors(t *testing.T) {
	type form struct {
		Level  level        `schema:"level"`
		Levels []level      `schema:"levels"`
		UUID   *uuid        `schema:"uuid"`
		Addr   netip.Addr   `schema:"addr"`
		Addrs  []netip.Addr `schema:"addrs"`
		UUIDs  []uuid       `schema:"uuids"`
		Plain  uuid         `schema:"plain"`
		Pairs  []pair       `schema:"pairs"`
	}
	equal(t, refused[form](t, "level=middle&levels=low&levels=none&uuid=12&addr=localhost&addrs=::1&addrs=:&uuids=01020304&uuids=34&plain=34&pairs=::1-::1&pairs=y"),
		`addr: "localhost": ParseAddr("localhost"): unable to parse IP.
addrs: ":": ParseAddr(":"): each colon-separated field must have at least one digit (at ":").
level: "middle": Want low or high, not middle.
levels: "none": Want low or high, not none.
pairs: "y": ParseAddr("y"): unable to parse IP.
plain: "34": Want eight hexadecimal digits.
uuid: "12": Want eight hexadecimal digits.
uuids: "34": Want eight hexadecimal digits.`)
}

func TestBind_noSharedValues(t *testing.T) {
	b := binder[kindsForm](t)
	for range 3 {
		v, err := b.Bind(Values{})
		if err != nil {
			t.Fatal(err)
		}
		f := v.Interface().(kindsForm)
		if f.PStruct != nil || f.NilAddr != nil || f.Structs != nil || f.PInt != nil || f.Link.URL != nil && *f.Link.URL != (url.URL{}) {
			t.Errorf("a form has values of another form: %+v", f)
		}
		sent, err := url.ParseQuery(kindsQuery)
		if err != nil {
			t.Fatal(err)
		}
		if v, err = b.Bind(Values{All: sent}); err != nil {
			t.Fatal(err)
		}
		v.Interface().(kindsForm).Link.URL.Host = "changed"
	}
}
