package login

import (
	cryptomd5 "crypto/md5"
	cryptosha256 "crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/proof"
)

// An offered is one of the challenges of a server.
type offered struct{ nonce, algorithm string }

// challenges asks v for its pages without logging in.
func (v *vault) challenges(t *testing.T) (all []offered) {
	t.Helper()
	resp, err := http.Get(v.url.String())
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	for _, challenge := range resp.Header["Www-Authenticate"] {
		found := regexp.MustCompile(`nonce="([^"]*)".*algorithm=([^,]*)`).FindStringSubmatch(challenge)
		if found == nil {
			t.Fatalf("the challenge is %q", challenge)
		}
		all = append(all, offered{found[1], found[2]})
	}
	return all
}

// credentials are the parameters of an Authorization header, in this order.
type credentials map[string]string

var order = []string{"username", "realm", "nonce", "uri", "response", "algorithm", "qop", "nc", "cnonce"}

// right returns what proves to know the password, once.
func right(o offered, method, uri string) credentials {
	c := credentials{
		"username": user, "realm": "Dibbler application server", "nonce": o.nonce, "uri": uri,
		"algorithm": o.algorithm, "qop": "auth", "nc": "00000001", "cnonce": "0a4f113b",
	}
	c.sign(method, password)
	return c
}

// sign is RFC 7616, section 3.4.1, in its simplest form.
func (c credentials) sign(method, password string) {
	h := func(parts ...string) string {
		var sum hash.Hash = cryptomd5.New()
		if c["algorithm"] == "SHA-256" {
			sum = cryptosha256.New()
		}
		io.WriteString(sum, strings.Join(parts, ":"))
		return hex.EncodeToString(sum.Sum(nil))
	}
	c["response"] = h(h(c["username"], c["realm"], password), c["nonce"], c["nc"], c["cnonce"], c["qop"], h(method, c["uri"]))
}

func (c credentials) with(name, value string) credentials {
	changed := maps.Clone(c)
	changed[name] = value
	return changed
}

func (c credentials) String() string {
	var pairs []string
	for _, name := range order {
		value, ok := c[name]
		switch {
		case !ok:
		case slices.Contains([]string{"algorithm", "qop", "nc"}, name):
			pairs = append(pairs, name+"="+value)
		default:
			pairs = append(pairs, name+`="`+value+`"`)
		}
	}
	return "Digest " + strings.Join(pairs, ", ")
}

// broken yields headers that prove nothing, made of such as would prove it. Each
// has a nonce of its own: only what is wrong with them keeps them out.
func broken(fresh func() credentials, foreign offered) (headers [][]string) {
	add := func(header ...string) { headers = append(headers, header) }
	for _, name := range order {
		without := fresh()
		delete(without, name)
		if name != "realm" && !(name == "algorithm" && fresh()["algorithm"] == "MD5") {
			add(without.String())
		}
		if name != "realm" {
			add(fresh().with(name, "").String())
			add(fresh().String() + ", " + name + `="x"`)
			add(fresh().with(name, "x"+fresh()[name]).String())
			add(fresh().with(name, fresh()[name]+"x").String())
			add(fresh().with(name, strings.Repeat("x", 30_000)).String())
		}
	}
	for name, values := range map[string][]string{
		"username":  {"eve", "ADA", "ada ", " ada", "ada:", "ad\u0430", `ada\"`, "ada\x09"},
		"uri":       {"/?", "/x", "//", "*", "http://127.0.0.1/", "/%2f", "/./", "/new.key"},
		"qop":       {"auth-int", "Auth", `"auth,auth-int"`, "none"},
		"nc":        {"00000000", "1", "0000001", "000000001", "-0000001", "0x000001", "0000000g", "+0000001", "١٢٣٤"},
		"cnonce":    {"0A4F113B", "0a4f113b:"},
		"algorithm": {"MD5-sess", "SHA-256-sess", "SHA-512-256", "SHA-512", "SHA", "none", "MD5,SHA-256"},
		"response":  {strings.Repeat("0", 32), strings.Repeat("0", 64), strings.Repeat("f", 64), "null", "'or'1'='1"},
		"nonce":     {foreign.nonce, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "====", "\u00e9"},
	} {
		for _, value := range values {
			if c := fresh(); c[name] != value {
				add(c.with(name, value).String())
			}
			if name != "response" { // signed, by somebody who knows the password but asks for what is not given
				c := fresh().with(name, value)
				c.sign("GET", password)
				if name != "cnonce" {
					add(c.String())
				}
			}
		}
	}
	// Nonces that were not issued here, one letter away from one that was, signed.
	nonce := fresh()["nonce"]
	for i := range nonce {
		for _, letter := range []byte("AZ9_-.=\"") {
			if nonce[i] == letter {
				continue
			}
			c := fresh().with("nonce", nonce[:i]+string(letter)+nonce[i+1:])
			c.sign("GET", password)
			add(c.String())
		}
	}
	for _, other := range []string{nonce[:len(nonce)-1], nonce[1:], nonce + "A", nonce + "=", nonce + nonce, nonce + " ", " " + nonce, strings.ToUpper(nonce)} {
		c := fresh().with("nonce", other)
		c.sign("GET", password)
		add(c.String())
	}
	// Of another method, realm or password; and the password in the clear.
	for _, change := range []func(credentials){
		func(c credentials) { c.sign("POST", password) },
		func(c credentials) { c.sign("get", password) },
		func(c credentials) { c.sign("GET", "") },
		func(c credentials) { c.sign("GET", "wrong") },
		func(c credentials) { c["realm"] = "another"; c.sign("GET", password) },
		func(c credentials) { c["username"] = "eve"; c.sign("GET", password) },
		func(c credentials) { c["username"] = ""; c.sign("GET", "") },
	} {
		c := fresh()
		change(c)
		add(c.String())
	}
	clear := base64.StdEncoding.EncodeToString([]byte(user + ":" + password))
	for _, header := range []string{
		"", "Digest", "Digest ", "digest", "Digest ,", "Digest =", "Digest ,,,=,", "Digest x", "Digest \"", "Digest username", `Digest username="`, `Digest username="ada`, `Digest username="ada\`, "Digest \x00",
		"Basic " + clear, "basic " + clear, "Basic", "Basic ", "Basic " + clear + "=", "Basic \t" + clear, "Digest " + clear, "Bearer " + clear, clear, user + ":" + password,
		"Negotiate TlRMTVNTUAAB", "NTLM TlRMTVNTUAAB", "AWS4-HMAC-SHA256 Credential=x", strings.Repeat("a", 40_000), "Digest " + strings.Repeat("a=b, ", 5_000), "Digest " + strings.Repeat(",", 40_000),
		strings.TrimPrefix(fresh().String(), "Digest "), "Digest" + strings.TrimPrefix(fresh().String(), "Digest "), "Digest:" + fresh().String(), "Basic " + fresh().String(),
		strings.ReplaceAll(fresh().String(), ", ", "; "), strings.ReplaceAll(fresh().String(), ", ", " "), strings.ReplaceAll(fresh().String(), `"`, "'"), strings.ReplaceAll(fresh().String(), "=", ":"),
		fresh().String() + ", " + strings.TrimPrefix(fresh().String(), "Digest "),
		fresh().String() + ", username*=UTF-8''eve", strings.Replace(fresh().String(), `username="ada"`, "username*=UTF-8''ad", 1), strings.Replace(fresh().String(), `username="ada"`, "username*=''ada", 1), strings.Replace(fresh().String(), `username="ada"`, "username*=ISO-8859-1''ada", 1), strings.Replace(fresh().String(), `username="ada"`, "username*=UTF-8''%zz", 1),
	} {
		add(header)
	}
	add(fresh().String(), fresh().String())
	add(fresh().String(), "Basic "+clear)
	add("Basic "+clear, fresh().String())
	add("", fresh().String())
	return headers
}

// ask sends a request with these Authorization headers.
func (v *vault) ask(headers ...string) (status int, body string, err error) {
	r, err := http.NewRequest(http.MethodGet, v.url.String(), nil)
	if err != nil {
		return 0, "", err
	}
	r.Header["Authorization"] = headers
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(text), err
}

// Only a correct proof of the password is accepted, and one wrong letter in it is refused.
func TestDigest_broken(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	v, other := open(t, newDigest), open(t, newDigest)
	tried, held := 0, 0
	for i := range 2 {
		fresh := func() credentials { return right(v.challenges(t)[i], "GET", "/") }
		if status, body, err := v.ask(fresh().String()); status != http.StatusOK || !strings.Contains(body, treasure) {
			t.Fatalf("the right one is answered with %d, %v", status, err)
		}
		opened := v.opened.Load()
		for _, headers := range broken(fresh, other.challenges(t)[i]) {
			tried++
			status, body, err := v.ask(headers...)
			if err != nil && strings.Contains(err.Error(), "invalid header field value") {
				held++ // Go's client does not even send it
				continue
			}
			if status != http.StatusUnauthorized && status != http.StatusBadRequest || strings.Contains(body, treasure) || strings.Contains(body, password) || v.opened.Load() != opened {
				t.Errorf("%.300q: %d, %v", headers, status, err)
				opened = v.opened.Load()
				continue
			}
			held++
		}
	}
	proof.Held(t, "Authorization headers of every broken kind, and forged nonces, run nothing", tried, held)
}

// A correct proof is sent again: one request after the other, and all at the same time.
func TestDigest_replays(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	v := open(t, newDigest)
	tried, held := 0, 0
	for round := range proof.Times(20, 500) {
		c := right(v.challenges(t)[round%2], "GET", "/")
		var all sync.WaitGroup
		var mu sync.Mutex
		let := 0
		for range 8 {
			all.Go(func() {
				status, _, err := v.ask(c.String())
				mu.Lock()
				defer mu.Unlock()
				if err != nil || status != http.StatusOK && status != http.StatusUnauthorized {
					t.Errorf("%d, %v", status, err)
				}
				if status == http.StatusOK {
					let++
				}
			})
		}
		all.Wait()
		if status, _, err := v.ask(c.String()); status != http.StatusUnauthorized {
			t.Errorf("again: %d, %v", status, err)
			let++
		}
		tried++
		if let == 1 {
			held++
		}
	}
	// A nonce outlives its server no more than its key does.
	c := right(v.challenges(t)[0], "GET", "/")
	tried++
	if status, _, err := open(t, newDigest).ask(c.String()); status == http.StatusUnauthorized && err == nil {
		held++
	}
	proof.Held(t, "a proof of the password is good once, however often it is sent, and for one server", tried, held)
}

// The same as TestDigest_broken for Basic.
func TestBasic_broken(t *testing.T) {
	defer http.DefaultClient.CloseIdleConnections()
	v := open(t, newBasic)
	encode := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	good := user + ":" + password
	if status, _, err := v.ask("Basic " + encode(good)); status != http.StatusOK {
		t.Fatal(status, err)
	}
	var headers [][]string
	for _, pair := range []string{"", ":", user, user + ":", ":" + password, password + ":" + user, good + " ", " " + good, good + "\x00", good + "\n", "\x00" + good, strings.ToUpper(good), user + ":" + password[1:], user + "::" + password, user + ":" + password + ":", "eve:" + password, strings.Replace(good, "d", "\u0501", 1), good + good, strings.Repeat("a", 30_000)} {
		headers = append(headers, []string{"Basic " + encode(pair)})
	}
	for i := range good {
		headers = append(headers, []string{"Basic " + encode(good[:i])})
	}
	for _, header := range []string{"", "Basic", "Basic ", "Basic " + good, "Basic " + encode(good) + "=", "Basic " + encode(good)[:10], "Basic *" + encode(good), "Basic " + encode(good) + " " + encode(good), "Basic\t" + encode(good), "Basic  " + encode(good) + ",", encode(good), "Digest " + encode(good), "Bearer " + encode(good), "Basic " + hex.EncodeToString([]byte(good)), right(offered{"x", "MD5"}, "GET", "/").String()} {
		headers = append(headers, []string{header})
	}
	headers = append(headers, []string{"Basic " + encode(good), "Basic " + encode(good)}, []string{"Basic " + encode("eve:x"), "Basic " + encode(good)})
	held := 0
	opened := v.opened.Load()
	for _, header := range headers {
		status, body, err := v.ask(header...)
		if status != http.StatusUnauthorized && status != http.StatusBadRequest || strings.Contains(body, treasure) || v.opened.Load() != opened {
			t.Errorf("%.300q: %d, %v", header, status, err)
			continue
		}
		held++
	}
	proof.Held(t, "Basic credentials of every broken kind run nothing", len(headers), held)
}
