package dibbler

import (
	"cmp"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Digest is HTTP Digest authentication (RFC 7616) with SHA-256 and MD5. The
// password does not cross the connection, but everything else does in the
// clear. The zero value, with Password set, is ready to use; it must not be
// copied after first use.
//
// What it offers is what clients were found to get right: SHA-256 first and MD5
// second, in two header lines, with qop "auth" only. Each nonce is good for ten
// minutes and for each count once.
type Digest struct {
	// Password returns the password of a user; ok is false where there is no such
	// user. It is called by many goroutines at a time. Nil lets nobody in.
	Password func(user string) (password string, ok bool)

	// Realm says to the person what the password is for. Empty means "Dibbler
	// application server".
	Realm string

	// CancelMessage is shown to a person who does not log in. Empty means "You must
	// log in."
	CancelMessage string

	init sync.Once
	key  []byte // of the nonces

	mu    sync.Mutex
	used  map[string]*nonceUse
	since time.Time // nonces that are older have been forgotten
}

const (
	// nonceLife is how long a nonce is good for.
	nonceLife = 10 * time.Minute

	// maxNonces bounds the nonces whose use is remembered. Only someone who knows a
	// password can fill it.
	maxNonces = 10_000

	// maxCredentials bounds an Authorization header that is looked at.
	maxCredentials = 4096
)

// A digestAlgorithm is one that Digest offers.
type digestAlgorithm struct {
	name string
	new  func() hash.Hash
}

// digestAlgorithms are in the order in which they are offered: most clients take
// the first that they know.
var digestAlgorithms = []digestAlgorithm{{"SHA-256", sha256.New}, {"MD5", md5.New}}

// hex returns the hash of the parts with colons between them.
func (a digestAlgorithm) hex(parts ...string) string {
	h := a.new()
	h.Write([]byte(strings.Join(parts, ":")))
	return hex.EncodeToString(h.Sum(nil))
}

// Authenticate implements [Authenticator].
func (d *Digest) Authenticate(r *http.Request) (user string, err error) {
	header := r.Header.Get("Authorization")
	scheme, rest, _ := strings.Cut(header, " ")
	if !strings.EqualFold(scheme, "Digest") {
		return "", d.challenge(false)
	}
	if len(header) > maxCredentials {
		return "", badAuthorization(fmt.Errorf("it has %d bytes; at most %d are read", len(header), maxCredentials))
	}
	params, err := parseAuthParams(rest)
	if err != nil {
		return "", badAuthorization(err)
	}
	c, err := newCredentials(params)
	if err != nil {
		return "", badAuthorization(err)
	}
	if c.uri != r.RequestURI {
		return "", badAuthorization(errors.New("its uri is not the one that is asked for"))
	}
	if c.realm != d.realm() || !d.rightResponse(c, r.Method) {
		return "", d.challenge(false)
	}
	// The answer is right. It may still be an old one.
	made, ok := d.openNonce(c.nonce, c.algorithm)
	if !ok || !d.firstUse(c, made) {
		return "", d.challenge(true)
	}
	return c.user, nil
}

func (d *Digest) realm() string { return cmp.Or(d.Realm, defaultRealm) }

// rightResponse reports whether c shows knowledge of the password. Someone who
// does not exist costs as much time as someone who does.
func (d *Digest) rightResponse(c credentials, method string) bool {
	if d.Password == nil {
		return false
	}
	password, known := d.Password(c.user)
	ha1 := c.algorithm.hex(c.user, d.realm(), password)
	ha2 := c.algorithm.hex(method, c.uri)
	want := c.algorithm.hex(ha1, c.nonce, c.ncText, c.cnonce, "auth", ha2)
	return subtle.ConstantTimeCompare([]byte(want), []byte(c.response)) == 1 && known
}

// challenge asks for credentials. It is stale if those that came were right and
// only their nonce was not.
func (d *Digest) challenge(stale bool) error {
	var offers []string
	for i, a := range digestAlgorithms {
		offer := "Digest realm=" + quote(d.realm()) + `, nonce="` + d.newNonce(i) + `", qop="auth", algorithm=` + a.name + ", charset=UTF-8"
		if stale {
			offer += ", stale=true"
		}
		offers = append(offers, offer)
	}
	return unauthorized(cmp.Or(d.CancelMessage, defaultCancel), offers...)
}

// Credentials are a client's answer to a challenge.
type credentials struct {
	user, realm, nonce, uri, cnonce, response string

	algorithm digestAlgorithm
	ncText    string
	nc        uint32
}

// newCredentials checks everything about params that can be checked without
// knowing a password.
func newCredentials(params map[string]string) (credentials, error) {
	c := credentials{
		realm: params["realm"], nonce: params["nonce"], uri: params["uri"],
		cnonce: params["cnonce"], response: strings.ToLower(params["response"]), ncText: params["nc"],
	}
	var err error
	if c.user, err = userName(params); err != nil {
		return c, err
	}
	for _, name := range []string{"realm", "nonce", "uri", "cnonce", "response", "nc"} {
		if _, ok := params[name]; !ok {
			return c, fmt.Errorf("it has no %s", name)
		}
	}
	if params["qop"] != "auth" {
		return c, fmt.Errorf("its qop is %q; want auth", params["qop"])
	}
	nc, err := strconv.ParseUint(c.ncText, 16, 32)
	if err != nil || len(c.ncText) != 8 || nc == 0 {
		return c, fmt.Errorf("its nc is %q; want eight hexadecimal digits, from 00000001", c.ncText)
	}
	c.nc = uint32(nc)
	name := cmp.Or(params["algorithm"], "MD5")
	for _, a := range digestAlgorithms {
		if strings.EqualFold(name, a.name) {
			c.algorithm = a
			return c, nil
		}
	}
	return c, fmt.Errorf("its algorithm is %q; want one that was offered", name)
}

// A nonce is, in base64: the time of its making (8 bytes), random bytes (8), the
// algorithm that it was made for (1) and an HMAC of all that.
const (
	nonceBody = 8 + 8 + 1
	nonceSize = nonceBody + sha256.Size
)

func (d *Digest) newNonce(algorithm int) string {
	b := make([]byte, nonceBody, nonceSize)
	binary.BigEndian.PutUint64(b, uint64(time.Now().UnixNano()))
	rand.Read(b[8:16])
	b[16] = byte(algorithm)
	return base64.RawURLEncoding.EncodeToString(d.sign(b))
}

// sign appends the HMAC of b to it.
func (d *Digest) sign(b []byte) []byte {
	d.init.Do(func() {
		d.key = make([]byte, 32)
		rand.Read(d.key)
	})
	mac := hmac.New(sha256.New, d.key)
	mac.Write(b)
	return mac.Sum(b)
}

// openNonce reports whether nonce was made here, for algorithm a, and is young
// enough.
func (d *Digest) openNonce(nonce string, a digestAlgorithm) (made time.Time, ok bool) {
	b, err := base64.RawURLEncoding.DecodeString(nonce)
	if err != nil || len(b) != nonceSize {
		return time.Time{}, false
	}
	body := append(make([]byte, 0, nonceSize), b[:nonceBody]...)
	if !hmac.Equal(d.sign(body), b) {
		return time.Time{}, false
	}
	if int(b[16]) >= len(digestAlgorithms) || digestAlgorithms[b[16]].name != a.name {
		return time.Time{}, false
	}
	made = time.Unix(0, int64(binary.BigEndian.Uint64(b)))
	age := time.Since(made)
	// A clock that was set back makes nonces of the future.
	return made, age >= 0 && age <= nonceLife
}

// firstUse reports whether c's count is used for the first time, and remembers
// that it was. Counts arrive out of order where a browser has several
// connections, so a window of them is kept.
func (d *Digest) firstUse(c credentials, made time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.used == nil {
		d.used = map[string]*nonceUse{}
	}
	if made.Before(d.since) {
		return false
	}
	u := d.used[c.nonce]
	if u == nil {
		d.makeRoom()
		u = &nonceUse{made: made}
		d.used[c.nonce] = u
	}
	return u.take(c.nc)
}

// makeRoom forgets the nonces that are too old to be used again. If all are
// young, it forgets all, and takes none of them any more: clients get new ones,
// and browsers do that by themselves.
func (d *Digest) makeRoom() {
	if len(d.used) < maxNonces {
		return
	}
	for nonce, u := range d.used {
		if time.Since(u.made) > nonceLife {
			delete(d.used, nonce)
		}
	}
	if len(d.used) >= maxNonces {
		clear(d.used)
		d.since = time.Now()
	}
}

// A nonceUse remembers which counts of a nonce were used: the highest, and which
// of those below it.
type nonceUse struct {
	made time.Time
	top  uint32
	seen [4]uint64 // bit i: the count top-i
}

// window is how far a count may come after a higher one.
const window = 256

func (u *nonceUse) take(nc uint32) bool {
	if nc > u.top {
		u.shift(nc - u.top)
		u.top = nc
	}
	i := u.top - nc
	if i >= window {
		return false
	}
	word, bit := &u.seen[i/64], uint64(1)<<(i%64)
	if *word&bit != 0 {
		return false
	}
	*word |= bit
	return true
}

// shift makes room for n higher counts.
func (u *nonceUse) shift(n uint32) {
	for ; n >= 64; n -= 64 {
		if u.seen == [4]uint64{} {
			return
		}
		copy(u.seen[1:], u.seen[:3])
		u.seen[0] = 0
	}
	for i := len(u.seen) - 1; i >= 0; i-- {
		u.seen[i] <<= n
		if i > 0 {
			u.seen[i] |= u.seen[i-1] >> (64 - n)
		}
	}
}
