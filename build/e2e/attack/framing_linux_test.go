package attack

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

// A stream is what is sent over one connection: requests that two readers might
// tell apart in two ways.
type stream struct {
	raw   string   // for [victim.lines]
	want  []string // what must reach the plug-in, such as "first", and nothing else
	never []string // if it is not nil, what must not, in place of want
}

const (
	own = "Host: 127.0.0.1:PORT\n"

	// A request that is hidden in another one's body, and one that follows.
	hidden = "GET /act?N-hidden HTTP/1.1\n" + own + "\n"
	next   = "GET /act?N-next HTTP/1.1\n" + own + "\n"
)

// ambiguous are headers that say in two ways, or in none that everybody reads
// alike, how long the body is. LENGTH stands for its length.
var ambiguous = []string{
	"Content-Length: LENGTH\nTransfer-Encoding: chunked\n",
	"Transfer-Encoding: chunked\nContent-Length: LENGTH\n",
	"Content-Length: LENGTH\nTransfer-Encoding: Chunked\n",
	"Content-Length: LENGTH\nTransfer-Encoding: \tchunked \n",
	"Content-Length: LENGTH\nTransfer-Encoding:chunked\n",
	"Content-Length: LENGTH\nTransfer-Encoding:\n chunked\n",
	"Content-Length: LENGTH\nTransfer-Encoding: chunked\nConnection: Transfer-Encoding\n",
	"Content-Length: LENGTH\nTransfer-Encoding: chunked\nConnection: keep-alive\n",
	"Content-Length: LENGTH\nTransfer-Encoding: chunked\nTransfer-Encoding: chunked\n",
	"Content-Length: LENGTH\nTransfer-Encoding: chunked\nTransfer-Encoding: identity\n",
	"Content-Length: LENGTH\nTransfer-Encoding: identity\nTransfer-Encoding: chunked\n",
	"Content-Length: LENGTH\nTransfer-Encoding: chunked, chunked\n",
	"Content-Length: LENGTH\nTransfer-Encoding: identity, chunked\n",
	"Content-Length: LENGTH\nTransfer-Encoding: chunked, identity\n",
	"Content-Length: LENGTH\nTransfer-Encoding: gzip, chunked\n",
	"Content-Length: LENGTH\nTransfer-Encoding: chunked;q=1\n",
	"Content-Length: LENGTH\nTransfer-Encoding: \"chunked\"\n",
	"Content-Length: LENGTH\nTransfer-Encoding: xchunked\n",
	"Content-Length: LENGTH\nTransfer-Encoding: \x0bchunked\n",
	"Content-Length: LENGTH\nTransfer-Encoding: chunked\x00\n",
	"Content-Length: LENGTH\nTransfer-Encoding: ,chunked\n",
	"Content-Length: LENGTH\nTransfer-Encoding : chunked\n",
	"Content-Length: LENGTH\nTransfer-Encoding\t: chunked\n",
	"Content-Length: LENGTH\n\x00Transfer-Encoding: chunked\n",
	"Content-Length: LENGTH\nX: y\rTransfer-Encoding: chunked\n",
	"Content-Length: LENGTH\nTransfer-Encoding: chunked\r\r\n",
	"Content-Length: LENGTH\nContent-Length: 5\n",
	"Content-Length: 5\nContent-Length: LENGTH\n",
	"Content-Length: 0\nContent-Length: LENGTH\n",
	"Content-Length: LENGTH, 5\n",
	"Content-Length: 5,LENGTH\n",
	"Content-Length: 5 LENGTH\n",
	"Content-Length: +LENGTH\n", "Content-Length: -LENGTH\n", "Content-Length: 0xLENGTH\n", "Content-Length: LENGTH.0\n", "Content-Length: LENGTHe0\n", "Content-Length: 1_0\n",
	"Content-Length: ５\n", "Content-Length: five\n", "Content-Length: \"5\"\n", "Content-Length: 99999999999999999999\n", "Content-Length: 18446744073709551621\n", "Content-Length:\n", "Content-Length: ,\n",
	"Content-Length : LENGTH\n", "Content-Length\t: LENGTH\n", "Content-Length: LENGTH\rX: y\n", "Content-Length: LENGTH\x00\n", "X: y\r\r\nContent-Length: LENGTH\n",
}

// chunks are bodies of five bytes in chunks, and whether they are.
var chunks = []struct {
	body string
	ok   bool
}{
	{"5\nhello\n0\n\n", true},
	{"005\nhello\n000\n\n", true},
	{"2\nhe\n3\nllo\n0\n\n", true},
	{"5;name=value\nhello\n0;a\n\n", true},
	{"5;a=\";\"\nhello\n0\n\n", true},
	{"5\nhello\n0\nTrailer: x\n\n", true},
	{"5\nhello\n0\nHost: evil.test\nOrigin: http://evil.test\n\n", true},
	{"0x5\nhello\n0\n\n", false},
	{"+5\nhello\n0\n\n", false},
	{"-5\nhello\n0\n\n", false},
	{"5h\nhello\n0\n\n", false},
	{"5_\nhello\n0\n\n", false},
	{"５\nhello\n0\n\n", false},
	{"\nhello\n0\n\n", false},
	{";a\nhello\n0\n\n", false},
	{"10000000000000005\nhello\n0\n\n", false},
	{"FFFFFFFFFFFFFFFF\nhello\n0\n\n", false},
	{"5\nhello0\n\n", false},
	{"4\nhello\n0\n\n", false},
	{"6\nhello\n0\n\n", false},
	{"5\nhelloX\n0\n\n", false},
	{"5\x00\nhello\n0\n\n", false},
	{"5\rhello\n0\n\n", false},
	{"5\r\r\nhello\n0\n\n", false},
	{"5;" + strings.Repeat("a", 20_000) + "\nhello\n0\n\n", false},
	{"5\nhello\n0\nnot a header\n\n", false},
	{"5\nhello\n0\nTrailer: " + strings.Repeat("a", 200_000) + "\n\n", false},
}

// heads are headers of a GET, and whether it may be let in.
var heads = []struct {
	lines string
	in    bool
}{
	{own, true},
	{"hOST: 127.0.0.1:PORT\n", true},
	{"Host:127.0.0.1:PORT\n", true},
	{"Host: \t 127.0.0.1:PORT \t \n", true},
	{own + "X: y\n Host: evil.test\n", true}, // a folded line, which is part of X
	{own + "X-Forwarded-Host: evil.test\nForwarded: host=evil.test\nX-Host: evil.test\n", true},
	{own + "X-Http-Method-Override: PUT\nX-Original-Url: /app.shutdown\nX-Rewrite-Url: /app.shutdown\n", true},
	{own + "Upgrade: h2c\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\nConnection: Upgrade, HTTP2-Settings\n", true},
	{own + "Upgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\n", true},
	{"Host : 127.0.0.1:PORT\n", false},
	{"Host\t: 127.0.0.1:PORT\n", false},
	{" Host: 127.0.0.1:PORT\n", false},
	{"\tHost: 127.0.0.1:PORT\n", false},
	{"\x00Host: 127.0.0.1:PORT\n", false},
	{"Host\x00: 127.0.0.1:PORT\n", false},
	{"Host: 127.0.0.1:PORT\x00\n", false},
	{"Host: 127.0.0.1:PORT\x0b\n", false},
	{"Host: 127.0.0.1:PORT\r\r\n", false},
	{"Host: 127.0.0.1:PORT\rX: y\n", false},
	{"X: y\rHost: 127.0.0.1:PORT\n", false},
	{"Host: 127.0.0.1:PORT\n evil.test\n", false},
	{"Host: evil.test\n 127.0.0.1:PORT\n", false},
	{"X: y\n Host: 127.0.0.1:PORT\n", false},
	{"Host;: 127.0.0.1:PORT\n", false},
	{"H\u00f6st: 127.0.0.1:PORT\n", false},
	{"X-Forwarded-Host: 127.0.0.1:PORT\nHost: evil.test\n", false},
	{"Forwarded: host=127.0.0.1:PORT\nHost: evil.test\n", false},
	{own + "Host: 127.0.0.1:PORT\n", false},
	{own + "hOsT: evil.test\n", false},
	{own + "Host\n", false},
	{own + ": value\n", false},
	{own + "X Y: z\n", false},
	{own + "(X): z\n", false},
	{own + "X: \x00\n", false},
	{own + "X: \x7f\n", false},
	{own + "Origin: http://evil.test\nConnection: Origin\n", false},
	{own + "Sec-Fetch-Site: cross-site\nConnection: Sec-Fetch-Site\n", false},
	{own + "oRIGIN: http://evil.test\n", false},
	{own + "Origin:\n http://evil.test\n", false},
	{own + "sec-fetch-SITE: cross-site\n", false},
	{own + "Expect: something else\n", false},
	{own + "X: " + strings.Repeat("a", 80_000) + "\n", false},
	{own + strings.Repeat("X: a\n", 20_000), false},
}

// openings begin a connection in a language that the program does not speak.
var openings = []string{
	"GET /act?N-first\n", "GET /act?N-first\n" + own + "\n", "/act?N-first HTTP/1.1\n" + own + "\n", "GET  /act?N-first HTTP/1.1\n" + own + "\n", "GET\t/act?N-first\tHTTP/1.1\n" + own + "\n",
	" GET /act?N-first HTTP/1.1\n" + own + "\n", "\x00GET /act?N-first HTTP/1.1\n" + own + "\n", "GET /act?N-first HTTP/1.1 \n" + own + "\n", "GET /act?N-first HTTP/1.1\rHost: 127.0.0.1:PORT\r\r",
	"GET /act?N-first HTTP/0.9\n" + own + "\n", "GET /act?N-first HTTP/2.0\n" + own + "\n", "GET /act?N-first HTTP/2\n" + own + "\n", "GET /act?N-first HTTP/3.0\n" + own + "\n", "GET /act?N-first HTTP/1.10\n" + own + "\n", "GET /act?N-first HTTP/01.1\n" + own + "\n", "GET /act?N-first HTTP/1.\n" + own + "\n", "GET /act?N-first http/1.1\n" + own + "\n", "GET /act?N-first HTTPS/1.1\n" + own + "\n", "GET /act?N-first HTTP/-1.1\n" + own + "\n", "GET /act?N-first ICAP/1.0\n" + own + "\n", "GET /act?N-first RTSP/1.0\n" + own + "\n",
	"PRI * HTTP/2.0\n\nSM\n\n", "PRI * HTTP/2.0\n" + own + "\nSM\n\n",
	"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03" + strings.Repeat("\x00", 160), "\x05\x01\x00", "\x04\x01\x1f\x90\x7f\x00\x00\x01\x00",
	"SSH-2.0-OpenSSH_9.2\n", "EHLO evil.test\n", "{\"Nonce\":\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\"}\n", "PROXY TCP4 127.0.0.1 127.0.0.1 1 2\nGET /act?N-first HTTP/1.1\n" + own + "\n", strings.Repeat("A", 100_000),
}

// streams yields all of them.
func streams(yield func(stream) bool) {
	post := func(page, headers, body string) string {
		headers = strings.ReplaceAll(headers, "LENGTH", fmt.Sprint(len(strings.ReplaceAll(body, "\n", "\r\n"))))
		return "POST /" + page + " HTTP/1.1\n" + own + headers + "\n" + body
	}
	for _, headers := range ambiguous {
		for _, page := range []string{"act?N-first", "body?N-first", "form", "nowhere", "app.css"}[:proof.Times(2, 5)] {
			// Whoever goes by the chunks, or by the shorter length, finds a request after
			// them.
			for _, body := range []string{"0\n\n" + hidden, "5\nhello\n0\n\n" + hidden, "hello" + hidden, hidden} {
				if !yield(stream{raw: post(page, headers, body), never: []string{"hidden"}}) {
					return
				}
			}
		}
	}
	for _, c := range chunks {
		for _, page := range []string{"act?N-first", "body?N-first"} {
			// The end of such a body may be where somebody else does not see it, so
			// nothing may follow.
			s := stream{raw: post(page, "Transfer-Encoding: chunked\n", c.body) + next, never: []string{"next", "first whole"}}
			if c.ok {
				s.never, s.want = nil, []string{"first"}
				if page != "act?N-first" {
					s.want = []string{"first whole"}
				}
			}
			if !yield(s) {
				return
			}
		}
	}
	for _, h := range heads {
		s := stream{raw: "GET /act?N-first HTTP/1.1\n" + h.lines + "\n" + next}
		if h.in {
			s.want = []string{"first", "next"}
		}
		if !yield(s) {
			return
		}
	}
	// RFC 9112, section 2.2, would have an empty line before a request ignored.
	if !yield(stream{raw: "\nGET /act?N-first HTTP/1.1\n" + own + "\n" + next, want: []string{"first", "next"}}) {
		return
	}
	for _, o := range openings {
		if !yield(stream{raw: o + next}) {
			return
		}
	}
	// A request that is refused, with others around it.
	for _, refused := range []string{
		"GET /act?N-refused HTTP/1.1\nHost: evil.test\n\n",
		"GET /act?N-refused HTTP/1.0\n\n",
		"OPTIONS * HTTP/1.1\n" + own + "\n",
		"GET http://evil.test/act?N-refused HTTP/1.1\n" + own + "\n",
		"CONNECT 127.0.0.1:PORT HTTP/1.1\n" + own + "\n",
		"GET /act?N-refused HTTP/1.1\n" + own + "Origin: http://evil.test\n\n",
		"GET /act?N-refused HTTP/1.1\n" + own + "Sec-Fetch-Site: cross-site\n\n",
		"GET /act?N-refused HTTP/1.1\n" + own + "Origin: http://evil.test\nConnection: keep-alive\n\n",
		post("act?N-refused", "Origin: null\nContent-Length: LENGTH\n", hidden),
		post("act?N-refused", "Origin: null\nContent-Length: LENGTH\nExpect: 100-continue\n", hidden),
		post("act?N-refused", "Origin: null\nTransfer-Encoding: chunked\n", "0\n\n"+hidden),
		post("act?N-refused", "Origin: null\nContent-Length: LENGTH\n", strings.Repeat("a", 400_000)),
	} {
		first := "GET /act?N-first HTTP/1.1\n" + own + "\n"
		if !yield(stream{raw: refused + next}) || !yield(stream{raw: first + refused + next, want: []string{"first"}}) {
			return
		}
	}
	// A method that the page does not answer. Where the request ends is beyond doubt.
	for _, put := range []string{
		"PUT /act?N-refused HTTP/1.1\n" + own + "Content-Length: 0\n\n",
		strings.Replace(post("act?N-refused", "Content-Length: LENGTH\n", hidden), "POST", "PUT", 1),
	} {
		if !yield(stream{raw: put + next, want: []string{"next"}}) {
			return
		}
	}
	// Bodies that nobody reads are not taken for requests.
	for _, page := range []string{"act?N-first", "nowhere", "app.css", "app.item", "app.settings", "home"} {
		s := stream{raw: post(page, "Content-Length: LENGTH\n", hidden) + next, want: []string{"next"}}
		if strings.HasPrefix(page, "act") {
			s.want = []string{"first", "next"}
		}
		long := stream{raw: post(page, "Content-Length: LENGTH\n", strings.Repeat("a", 300_000)+hidden), want: s.want[:len(s.want)-1]}
		if !yield(s) || !yield(long) {
			return
		}
	}
}

// One connection carries bytes that two readers might split into different requests. The
// request that is hidden in a body is not found, nothing is served after a request that
// cannot be read or was refused, and every answer is whole.
func TestRequestSmuggling(t *testing.T) {
	v := start(t, nil)
	var all []stream
	for s := range streams {
		all = append(all, s)
	}
	right := make([]bool, len(all))
	each(len(all), func(i int) {
		right[i] = true
		answers, err := v.ask(strings.ReplaceAll(all[i].raw, "?N-", fmt.Sprintf("?%d-", i)))
		if err != nil {
			t.Errorf("%.500q: %v", all[i].raw, err)
			right[i] = false
		}
		for _, a := range answers {
			if wrong := flaw(a); wrong != "" {
				t.Errorf("%.500q: %s: %s", all[i].raw, a.Status, wrong)
				right[i] = false
			}
		}
	})
	got := make([][]string, len(all))
	for _, line := range v.reached() {
		if found := marked.FindStringSubmatch(line); found != nil {
			i, err := strconv.Atoi(found[1])
			if err != nil {
				t.Fatal(err)
			}
			got[i] = append(got[i], found[2]+found[3])
		}
	}
	held := 0
	for i, s := range all {
		if s.never == nil && !slices.Equal(got[i], s.want) {
			t.Errorf("%.500q: reached by %q, want %q", s.raw, got[i], s.want)
			right[i] = false
		}
		if slices.ContainsFunc(s.never, func(what string) bool { return slices.Contains(got[i], what) }) {
			t.Errorf("%.500q: reached by %q", s.raw, got[i])
			right[i] = false
		}
		if right[i] {
			held++
		}
	}
	proof.Held(t, "streams that two readers might tell apart in two ways hide no request", len(all), held)
}

// marked finds the number of a stream, and which of its requests it was.
var marked = regexp.MustCompile(`"(\d+)-(\w+)"(?: read \d+)?((?: whole)?)`)
