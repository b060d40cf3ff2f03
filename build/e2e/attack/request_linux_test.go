package attack

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

// The values of each part of a request. The first is that of a program of the
// owner's, and harmless.
var (
	hosts = []string{"127.0.0.1:PORT", "[::1]:PORT", "localhost:PORT", absent, "", " ",
		"evil.test", "evil.test:PORT", "127.0.0.1", "localhost", "[::1]", "127.0.0.1:80", "127.0.0.1:", "127.0.0.1:0", "localhost:0", ":PORT", "PORT",
		"127.0.0.1:0PORT", "127.0.0.1:+PORT", "127.0.0.1:PORT0", "127.0.0.1:PORT.", "127.0.0.1:PORT/", "127.0.0.1:PORT#", "127.0.0.1:PORT?", "127.0.0.1:PORT@", "127.0.0.1::PORT", "127.0.0.1: PORT",
		"127.0.0.2:PORT", "127.1:PORT", "127.0.1:PORT", "0.0.0.0:PORT", "0:PORT", "2130706433:PORT", "0x7f000001:PORT", "0x7f.1:PORT", "017700000001:PORT", "0177.0.0.1:PORT", "127.000.000.001:PORT", "127.0.0.1.:PORT", "１２７.0.0.1:PORT", "127。0。0。1:PORT",
		"127.0.0.1.evil.test:PORT", "127.0.0.1.nip.io:PORT", "evil.test.127.0.0.1:PORT", "evil.127.0.0.1:PORT",
		"LOCALHOST:PORT", "Localhost:PORT", "localhost.:PORT", "localhost.evil.test:PORT", "evil.localhost:PORT", "localhost.localdomain:PORT", "localhost6:PORT", "ip6-localhost:PORT", "localhost%00:PORT", "localhost%2eevil.test:PORT", "loc%61lhost:PORT", "locаlhost:PORT", // with a Cyrillic а
		"[::]:PORT", "::1:PORT", "[::1]PORT", "[::1:PORT", "[0:0:0:0:0:0:0:1]:PORT", "[0::1]:PORT", "[::ffff:127.0.0.1]:PORT", "[::ffff:7f00:1]:PORT", "[::127.0.0.1]:PORT", "[::1%lo]:PORT", "[::1%25lo]:PORT", "[127.0.0.1]:PORT", "[localhost]:PORT",
		"evil.test@127.0.0.1:PORT", "127.0.0.1:PORT@evil.test", "user:word@127.0.0.1:PORT", "http://127.0.0.1:PORT", "//127.0.0.1:PORT", "127.0.0.1:PORT,evil.test", "evil.test,127.0.0.1:PORT", "127.0.0.1:PORT evil.test", "127.0.0.1:PORT;evil.test", "*", "null", "<script>alert(1)</script>", `"127.0.0.1:PORT"`,
		twice("127.0.0.1:PORT", "127.0.0.1:PORT"), twice("127.0.0.1:PORT", "evil.test"), twice("evil.test", "127.0.0.1:PORT"), twice("127.0.0.1:PORT", "")}

	methods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "TRACK", "CONNECT", "PROPFIND", "DEBUG", "PURGE", "PRI", "get", "Post", "GETX", "XGET", "G", "!#$%&'*+-.^_`|~9", "GET\x00", "\x16\x03\x01", "<script>", strings.Repeat("A", 5000), ""}

	origins = []string{absent, "http://127.0.0.1:PORT", "http://[::1]:PORT", "http://localhost:PORT", "", "null", "Null", "*", "evil.test", "http://evil.test", "http://evil.test:PORT", "https://127.0.0.1:PORT", "ws://127.0.0.1:PORT", "file://", "chrome-extension://abcdefgh", "http://127.0.0.1", "http://localhost", "http://127.0.0.1:1", "http://127.0.0.1:PORT0", "http://127.0.0.1:PORT/", "http://127.0.0.1:PORT/x", "http://127.0.0.1:PORT#", "http://127.0.0.1:PORT.evil.test", "http://127.0.0.1:PORT@evil.test", "http://evil.test@127.0.0.1:PORT", "http://evil.test/http://127.0.0.1:PORT", "HTTP://127.0.0.1:PORT", "http://LOCALHOST:PORT", "http://localhost.:PORT", "http://127.0.0.2:PORT", "http://[::ffff:127.0.0.1]:PORT", "http://[0:0:0:0:0:0:0:1]:PORT", "//127.0.0.1:PORT", "127.0.0.1:PORT", "http:127.0.0.1:PORT", "http://127.0.0.1:PORT http://evil.test", "http://evil.test http://127.0.0.1:PORT", "http://127.0.0.1:PORT, http://evil.test",
		twice("http://127.0.0.1:PORT", "http://127.0.0.1:PORT"), twice("http://127.0.0.1:PORT", "http://evil.test"), twice("http://evil.test", "http://127.0.0.1:PORT")}

	sites    = []string{absent, "none", "same-origin", "same-site", "cross-site", "", "None", "NONE", "Same-Origin", "same-origin ,cross-site", "cross-origin", "none;x", "?1", twice("none", "none"), twice("same-origin", "cross-site"), twice("cross-site", "none")}
	modes    = []string{absent, "navigate", "cors", "no-cors", "same-origin", "websocket", "", "Navigate", "nested-navigate", twice("navigate", "navigate"), twice("navigate", "cors")}
	dests    = []string{absent, "document", "empty", "image", "script", "style", "font", "audio", "video", "track", "iframe", "frame", "object", "embed", "worker", "sharedworker", "serviceworker", "manifest", "report", "xslt", "", "Document", "nested-document", twice("document", "document"), twice("document", "iframe")}
	versions = []string{"1.1", "1.0"}
)

// parts are all values of the parts of a request, in the order of its fields.
var parts = [][]string{hosts, slices.Concat(actTargets, homeTargets, noTargets, badTargets), methods, versions, origins, sites, modes, dests}

// with returns a harmless request with some of its parts replaced, each by one of
// its values.
func with(choice map[int]int) request {
	var r request
	fields := []*string{&r.host, &r.target, &r.method, &r.version, &r.origin, &r.site, &r.mode, &r.dest}
	for i, values := range parts {
		*fields[i] = values[choice[i]]
	}
	return r
}

// requests yields those that are tried. Of one kind are all: those with one part
// that is not harmless, and all that browsers could say of where they come from.
// When the whole is wanted, there are all pairs of parts, too. The rest of the
// product is drawn from.
func requests(yield func(request) bool) {
	for i := range parts {
		for value := range parts[i] {
			if !yield(with(map[int]int{i: value})) {
				return
			}
		}
	}
	for _, target := range []string{"/", "/?", "/act"} {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			for _, site := range sites {
				for _, mode := range modes[:proof.Times(4, len(modes))] {
					for _, dest := range dests[:proof.Times(3, len(dests))] {
						if !yield(request{hosts[0], target, method, "1.1", absent, site, mode, dest}) {
							return
						}
					}
				}
			}
		}
	}
	for i := range parts {
		for j := range parts[:i] {
			if !proof.Whole() {
				continue
			}
			for a := range parts[i] {
				for b := range parts[j] {
					if !yield(with(map[int]int{i: a, j: b})) {
						return
					}
				}
			}
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	for range proof.Times(5_000, 100_000) {
		choice := map[int]int{}
		for i := range parts {
			if random.IntN(2) == 0 { // or hardly any would be let in
				choice[i] = random.IntN(len(parts[i]))
			}
		}
		if !yield(with(choice)) {
			return
		}
	}
}

// Requests of every kind go over the wire. Each must be answered as the oracle says, and
// reach the plug-in if and only if it says so.
func TestRequestFilter(t *testing.T) {
	v := start(t, nil)
	var w *wire
	hangUp := func() {
		if w != nil {
			w.Close()
			w = nil
		}
	}
	defer func() { hangUp() }()
	tried, held, let := 0, 0, 0
	var reached []string // by those that were let in
	for r := range requests {
		if w == nil {
			var err error
			if w, err = v.dial([]string{"127.0.0.1", "[::1]"}[tried%2]); err != nil {
				t.Fatal(err)
			}
		}
		tried++
		want := r.judge()
		wrong := ""
		w.send(v.lines(r.raw()))
		switch got, err := w.answer(r.method); {
		case got == nil:
			wrong = fmt.Sprint("no answer: ", err)
		case !slices.Contains(want.statuses, got.StatusCode):
			wrong = fmt.Sprintf("%s, want one of %v", got.Status, want.statuses)
		case !want.in && !got.Close && got.StatusCode != http.StatusMethodNotAllowed: // which is the page's own answer
			wrong = "refused, and the connection stays open"
		default:
			wrong = flaw(got)
			if got.Close {
				hangUp()
			}
		}
		if wrong != "" {
			hangUp()
		}
		if want.in {
			let++
		}
		if want.in && want.page != "" {
			reached = append(reached, want.page)
		}
		if wrong == "" {
			held++
		} else if t.Errorf("%q: %s", r.raw(), wrong); tried-held > 20 {
			t.FailNow()
		}
	}
	var got []string
	for _, line := range v.reached() {
		got = append(got, strings.Join(strings.Fields(line)[:2], " "))
	}
	if !slices.Equal(got, reached) {
		t.Errorf("the plug-in was reached %d times, want %d", len(got), len(reached))
		held = 0
	}
	t.Logf("%d of them were let in", let)
	proof.Held(t, "requests of every kind are answered or refused as promised, and reach the plug-in accordingly", tried, held)
}
