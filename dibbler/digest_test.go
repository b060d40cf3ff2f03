package dibbler

import (
	"cmp"
	"crypto/md5"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// challenges returns the parameters of each challenge of a.
func challenges(t *testing.T, a answer) []map[string]string {
	t.Helper()
	var all []map[string]string
	for _, line := range a.header.Values("Www-Authenticate") {
		params, ok := strings.CutPrefix(line, "Digest ")
		if !ok {
			t.Fatalf("challenge %q is not Digest", line)
		}
		c, err := parseAuthParams(params)
		if err != nil {
			t.Fatalf("challenge %q: %v", line, err)
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		t.Fatalf("status %d has no challenge", a.status)
	}
	return all
}

// A digestReply is a client's answer to a challenge. Empty fields have the values of a GET of
// / with the right password.
type digestReply struct {
	user, password, method, uri, nc, cnonce string

	algorithm string // in place of the challenge's
}

// to returns the Authorization field that answers c, calculated without the tested code.
func (a digestReply) to(c map[string]string) string {
	user, uri := cmp.Or(a.user, testUser), cmp.Or(a.uri, "/")
	nc, cnonce := cmp.Or(a.nc, "00000001"), cmp.Or(a.cnonce, "0a4f113b")
	algorithm := cmp.Or(a.algorithm, c["algorithm"])
	password := a.password
	if a.user == "" && password == "" {
		password = testPassword
	}
	sum := func(format string, args ...any) string {
		text := fmt.Appendf(nil, format, args...)
		if algorithm == "SHA-256" {
			return fmt.Sprintf("%x", sha256.Sum256(text))
		}
		return fmt.Sprintf("%x", md5.Sum(text))
	}
	response := sum("%s:%s:%s:%s:auth:%s", sum("%s:%s:%s", user, c["realm"], password),
		c["nonce"], nc, cnonce, sum("%s:%s", cmp.Or(a.method, "GET"), uri))
	var b strings.Builder
	fmt.Fprintf(&b, `Digest username="%s", realm="%s", nonce="%s", uri="%s", qop=auth, nc=%s, cnonce="%s", response="%s", algorithm=%s`,
		quoted(user), quoted(c["realm"]), c["nonce"], quoted(uri), nc, cnonce, response, algorithm)
	return b.String()
}

// quoted escapes s for use between quotes.
func quoted(s string) string { return strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) }

// mustBeStale fails the test unless a asks for a new nonce only, and returns the challenge.
func mustBeStale(t *testing.T, a answer) map[string]string {
	t.Helper()
	c := challenges(t, a)
	if a.status != http.StatusUnauthorized || len(c) != 1 || c[0]["stale"] != "true" {
		t.Fatalf("got status %d and challenges %v; want 401 and one with stale=true", a.status, c)
	}
	return c[0]
}

func TestDigest_challenge(t *testing.T) {
	srv, _ := serveVault(t, &Digest{Password: passwordOf})
	c := challenges(t, visit(t, srv, "/"))
	if len(c) != 2 || c[0]["algorithm"] != "SHA-256" || c[1]["algorithm"] != "MD5" {
		t.Fatalf("challenges %v; want SHA-256, then MD5", c)
	}
	for _, c := range c {
		if c["qop"] != "auth" || c["nonce"] == "" {
			t.Errorf(`challenge %v; want a nonce and qop="auth"`, c)
		}
		mustBeAllowed(t, visit(t, srv, "/", digestReply{}.to(c)))
	}
}

// The examples of RFC 7616, section 3.9.1.
func TestDigest_rfcExamples(t *testing.T) {
	d := Digest{
		Realm:    "http-auth@example.org",
		Password: func(user string) (string, bool) { return "Circle of Life", user == "Mufasa" },
	}
	const header = `username="Mufasa",
	    realm="http-auth@example.org",
	    uri="/dir/index.html",
	    algorithm=%s,
	    nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
	    nc=00000001,
	    cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
	    qop=auth,
	    response="%s",
	    opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`
	for algorithm, response := range map[string]string{
		"MD5":     "8ca523f5e9506fed4657c9700eebdbec",
		"SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
	} {
		c, err := parseDigest(strings.ReplaceAll(fmt.Sprintf(header, algorithm, response), "\n", " "))
		if err != nil {
			t.Fatal(err)
		}
		if !d.verify(c, "GET") {
			t.Errorf("the %s response of the RFC is refused", algorithm)
		}
		if d.verify(c, "POST") {
			t.Errorf("the %s response of the RFC is accepted for another method", algorithm)
		}
	}
}

func TestDigest_malformed(t *testing.T) {
	srv, v := serveVault(t, &Digest{Password: passwordOf})
	good := digestReply{}.to(challenges(t, visit(t, srv, "/"))[0])
	without := func(name string) string {
		before, rest, ok := strings.Cut(good, " "+name+"=")
		if !ok {
			t.Fatalf("no %s in %s", name, good)
		}
		_, after, _ := strings.Cut(rest, ",")
		return before + after
	}
	var many strings.Builder
	for i := range maxAuthParams {
		fmt.Fprintf(&many, ", x%d=y", i)
	}
	with := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %s in %s", old, good)
		}
		return strings.Replace(good, old, new, 1)
	}
	for _, tt := range []struct {
		header string
		status int
	}{
		{"", 401},
		{"digestive biscuits", 401},
		{"Digest", 400},
		{good + " trailing", 400},
		{good + `, username="eve"`, 400},
		{good + `, USERNAME=eve`, 400},
		{good + `, username*=UTF-8''eve`, 400},
		{good + many.String(), 400},
		{strings.ReplaceAll(good, ",", ";"), 400},
		{without("nonce"), 400},
		{without("uri"), 400},
		{without("qop"), 400},
		{without("nc"), 400},
		{without("cnonce"), 400},
		{without("response"), 400},
		{with(`username="ada",`, ""), 400},
		{with(`username="ada"`, `username*=ada`), 400},
		{with(`username="ada"`, `username*=UTF-8''%zz`), 400},
		{with(`username="ada"`, `username*=ISO-8859-1''ada`), 400},
		{with(`uri="/"`, `uri="/other"`), 400},
		{with(`uri="/"`, `uri=""`), 400},
		{with(`uri="/"`, `uri="`+srv.URL+`/"`), 400},
		{with("qop=auth", "qop=auth-int"), 400},
		{with("qop=auth", `qop=""`), 400},
		{with("nc=00000001", "nc=1"), 400},
		{with("nc=00000001", "nc=+0000001"), 400},
		{with("nc=00000001", "nc=0000000g"), 400},
		{with("nc=00000001", "nc=000000001"), 400},
		{with("algorithm=SHA-256", "algorithm=SHA-256-sess"), 400},
		{with("algorithm=SHA-256", "algorithm=SHA-512-256"), 400},
		{with("algorithm=SHA-256", "algorithm=none"), 400},
		{with(", algorithm=SHA-256", ""), 401}, // which means MD5
		{with(`response="`, `response="0`), 401},
		{with("nc=00000001", "nc=00000002"), 401},
	} {
		t.Run(tt.header, func(t *testing.T) { mustBeRefused(t, v, visit(t, srv, "/", tt.header), tt.status) })
	}
	mustBeAllowed(t, visit(t, srv, "/", good)) // the refused requests have not used its nonce
}

func TestDigest_otherRequest(t *testing.T) {
	srv, v := serveVault(t, &Digest{Password: passwordOf})
	c := challenges(t, visit(t, srv, "/"))[0]
	right := digestReply{uri: "/?shelf=1"}.to(c)
	mustBeRefused(t, v, visit(t, srv, "/?shelf=2", right), http.StatusBadRequest)
	mustBeRefused(t, v, visit(t, srv, "/", right), http.StatusBadRequest)
	r, err := http.NewRequest("POST", srv.URL+"/?shelf=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", right)
	mustBeRefused(t, v, send(t, srv, r), http.StatusUnauthorized)
	mustBeAllowed(t, visit(t, srv, "/?shelf=1", right))
}

func TestDigest_replay(t *testing.T) {
	srv, v := serveVault(t, &Digest{Password: passwordOf})
	header := digestReply{}.to(challenges(t, visit(t, srv, "/"))[0])
	mustBeAllowed(t, visit(t, srv, "/", header))
	v.opened.Store(0)
	a := visit(t, srv, "/", header)
	mustBeRefused(t, v, a, http.StatusUnauthorized)
	mustBeStale(t, a)
}

func TestDigest_concurrentReplays(t *testing.T) {
	srv, v := serveVault(t, &Digest{Password: passwordOf})
	header := digestReply{}.to(challenges(t, visit(t, srv, "/"))[0])
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("Authorization", header)
			srv.Config.Handler.ServeHTTP(httptest.NewRecorder(), r)
		})
	}
	all.Wait()
	if n := v.opened.Load(); n != 1 {
		t.Errorf("the same credentials were accepted %d times", n)
	}
}

func TestDigest_countsOutOfOrder(t *testing.T) {
	srv, _ := serveVault(t, &Digest{Password: passwordOf})
	c := challenges(t, visit(t, srv, "/"))[0]
	for _, nc := range []string{"00000001", "00000003", "00000002", "0000000b", "0000000A", "00000004", "ffffffff"} {
		mustBeAllowed(t, visit(t, srv, "/", digestReply{nc: nc}.to(c)))
	}
	for _, nc := range []string{"00000003", "0000000B", "0000000a", "ffffffff", "00000000"} {
		mustBeStale(t, visit(t, srv, "/", digestReply{nc: nc}.to(c)))
	}
}

func TestDigest_stale(t *testing.T) {
	srv, _ := serveVault(t, &Digest{Password: passwordOf})
	c := challenges(t, visit(t, srv, "/"))[0]
	mustBeAllowed(t, visit(t, srv, "/", digestReply{}.to(c)))
	for _, wrong := range []digestReply{
		{user: testUser, password: "wrong"},
		{user: "nobody", password: testPassword},
		{user: "nobody"},
	} {
		for _, nonce := range []string{c["nonce"], "made up", ""} {
			a := visit(t, srv, "/", wrong.to(map[string]string{"realm": c["realm"], "nonce": nonce, "algorithm": "MD5"}))
			for _, again := range challenges(t, a) {
				if _, ok := again["stale"]; ok {
					t.Errorf("stale=true for %q:%q with nonce %q", wrong.user, wrong.password, nonce)
				}
			}
		}
	}
	again := mustBeStale(t, visit(t, srv, "/", digestReply{}.to(c)))
	mustBeAllowed(t, visit(t, srv, "/", digestReply{}.to(again)))
}

// libwww-perl uses the nonce that was offered for SHA-256 with MD5.
func TestDigest_nonceOfOtherAlgorithm(t *testing.T) {
	srv, v := serveVault(t, &Digest{Password: passwordOf})
	c := challenges(t, visit(t, srv, "/"))
	a := visit(t, srv, "/", digestReply{algorithm: "MD5"}.to(c[0]))
	mustBeRefused(t, v, a, http.StatusUnauthorized)
	again := mustBeStale(t, a)
	if again["algorithm"] != "MD5" {
		t.Errorf("a client that has used MD5 is offered %s", again["algorithm"])
	}
	mustBeAllowed(t, visit(t, srv, "/", digestReply{}.to(again)))

	a = visit(t, srv, "/", digestReply{algorithm: "SHA-256"}.to(c[1]))
	if again := mustBeStale(t, a); again["algorithm"] != "SHA-256" {
		t.Errorf("a client that has used SHA-256 is offered %s", again["algorithm"])
	}
}

// The nonces of the original Dibbler were the time in base64.
func TestDigest_forgedNonce(t *testing.T) {
	d := &Digest{Password: passwordOf}
	srv, v := serveVault(t, d)
	real := challenges(t, visit(t, srv, "/"))[1]
	for _, nonce := range []string{
		"",
		"MTcwMDAwMDAwMA==",
		real["nonce"][:21],
		real["nonce"][:len(real["nonce"])-1],
		real["nonce"] + "A",
		real["nonce"] + "==",
		"B" + real["nonce"][1:],
		strings.Repeat("A", len(real["nonce"])),
		new(nonces).issue("MD5"),
	} {
		forged := map[string]string{"realm": real["realm"], "nonce": nonce, "algorithm": "MD5"}
		a := visit(t, srv, "/", digestReply{}.to(forged))
		mustBeRefused(t, v, a, http.StatusUnauthorized)
		mustBeStale(t, a)
	}
	if n := len(d.nonces.used); n != 0 {
		t.Errorf("%d forged nonces are kept", n)
	}
}

// A server has a key even before it sends its first challenge.
func TestDigest_forgedNonceBeforeFirstChallenge(t *testing.T) {
	var keyless nonces
	keyless.init.Do(func() {})
	srv, v := serveVault(t, &Digest{Password: passwordOf})
	c := map[string]string{"realm": defaultRealm, "nonce": keyless.text(nonceID{}, "MD5"), "algorithm": "MD5"}
	mustBeRefused(t, v, visit(t, srv, "/", digestReply{}.to(c)), http.StatusUnauthorized)
}

func TestDigest_expiredNonce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &Digest{Password: passwordOf}
		authenticate := func(header string) error {
			r := httptest.NewRequest("GET", "/", nil)
			if header != "" {
				r.Header.Set("Authorization", header)
			}
			_, err := d.Authenticate(r)
			return err
		}
		offer := func(err error) map[string]string {
			t.Helper()
			e, ok := err.(*Error)
			if !ok {
				t.Fatalf("got %v; want a challenge", err)
			}
			return challenges(t, answer{status: e.Status, header: e.Header})[0]
		}
		time.Sleep(time.Hour)
		c := offer(authenticate(""))
		time.Sleep(10 * time.Minute)
		if err := authenticate(digestReply{}.to(c)); err != nil {
			t.Fatalf("after ten minutes: %v", err)
		}
		time.Sleep(time.Nanosecond)
		again := offer(authenticate(digestReply{nc: "00000002"}.to(c)))
		if again["stale"] != "true" {
			t.Fatalf("later: challenge %v; want stale=true", again)
		}
		if err := authenticate(digestReply{}.to(again)); err != nil {
			t.Fatalf("with a new nonce: %v", err)
		}
	})
}

func TestNonces_memory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var n nonces
		issue := func() string {
			time.Sleep(time.Nanosecond) // otherwise the time in the bubble does not change
			return n.issue("MD5")
		}
		use := func(nonce string, count uint32, want bool) {
			t.Helper()
			if got := n.use(nonce, "MD5", count); got != want {
				t.Fatalf("use(%s, %d) = %t; want %t", nonce, count, got, want)
			}
			if len(n.used) > maxNonces {
				t.Fatalf("%d nonces are kept; want at most %d", len(n.used), maxNonces)
			}
		}
		for range maxNonces {
			issue() // and do not use it
		}
		if len(n.used) != 0 {
			t.Fatalf("%d nonces are kept although none was used", len(n.used))
		}

		// Expired nonces are deleted for new ones.
		for range maxNonces - 1 {
			use(issue(), 1, true)
		}
		time.Sleep(nonceLife)
		young, first := issue(), issue()
		use(young, 1, true)
		use(first, 1, true)
		if len(n.used) != 2 {
			t.Fatalf("%d nonces are kept; want 2, the others have expired", len(n.used))
		}
		use(young, 1, false)
		use(young, 2, true)

		// If none has expired, the deleted ones are not valid any more.
		unspent := issue()
		for range maxNonces - 2 {
			use(issue(), 1, true)
		}
		last := issue()
		use(last, 1, true)
		use(last, 1, false)
		for _, forgotten := range []string{first, unspent} {
			use(forgotten, 1, false)
			use(forgotten, 2, false)
		}
		use(issue(), 1, true)
	})
}

func TestNonceCounts(t *testing.T) {
	// Counts with the same remainder, and the ends of the range.
	order := []uint32{1, 129, 2, 130, 128, 256, 5, 4, 3, 1<<32 - 1, 1<<32 - 2, 6, 1 << 31}
	var c nonceCounts
	taken := map[uint32]bool{}
	for _, n := range append(order, order...) {
		got := c.use(n)
		if got && taken[n] {
			t.Errorf("count %d is accepted twice", n)
		}
		if !got && !taken[n] {
			t.Errorf("count %d is refused the first time", n)
		}
		taken[n] = true
	}
	if c.use(0) {
		t.Error("count 0 is accepted; the first is 1")
	}
	if c.use(1) {
		t.Error("count 1 is accepted after 129")
	}
}

func TestDigest_anyName(t *testing.T) {
	for _, name := range []string{"jürgen", `qu"o\te`, "a,b=c", "名前", " "} {
		t.Run(name, func(t *testing.T) {
			srv, _ := serveVault(t, &Digest{Password: func(user string) (string, bool) { return "geheim", user == name }})
			c := challenges(t, visit(t, srv, "/"))[0]
			a := visit(t, srv, "/", digestReply{user: name, password: "geheim"}.to(c))
			if want := " for " + name; a.status != http.StatusOK || !strings.HasSuffix(a.body, want) {
				t.Errorf("got status %d and %q; want a page %q", a.status, a.body, want)
			}
		})
	}
}

// The example is from RFC 7616, section 3.9.3, with another algorithm.
func TestDigest_extendedName(t *testing.T) {
	const name = "Jäsøn Doe"
	srv, _ := serveVault(t, &Digest{Password: func(user string) (string, bool) { return "geheim", user == name }})
	c := challenges(t, visit(t, srv, "/"))[0]
	header := digestReply{user: name, password: "geheim"}.to(c)
	header = strings.Replace(header, `username="`+name+`"`, `username*=UTF-8''J%C3%A4s%C3%B8n%20Doe`, 1)
	if a := visit(t, srv, "/", header); a.status != http.StatusOK {
		t.Errorf("status %d; want 200", a.status)
	}
}
