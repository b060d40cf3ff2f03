package dibbler

import (
	"cmp"
	"crypto/md5"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Digest is HTTP Digest authentication (RFC 7616) with SHA-256 and MD5. The
// password does not cross the connection, but everything else does in the
// clear. The zero value, with Password set, is ready to use. A Digest must not be
// copied, nor its fields changed, after first use.
//
// What it offers is what clients were found to get right: SHA-256 first and MD5
// second, in two header lines, with qop "auth" only. Each nonce is good for ten
// minutes, for the algorithm that it was offered with, and for each count once.
//
// A client's uri must be the request's target to the letter, so a proxy in front
// must not change paths.
type Digest struct {
	// Password returns the password of a user; ok is false where there is no such
	// user. It is called by many goroutines at a time. Nil lets nobody in.
	Password func(user string) (password string, ok bool)

	// Realm names to the client what the password is for. Empty means "Dibbler
	// application server". Quotes and backslashes in it are replaced, and it should
	// be ASCII: Python's requests 2.28, for one, logs in to no other.
	Realm string

	// CancelMessage is shown to a person who does not log in. Empty means "You must
	// log in."
	CancelMessage string

	nonces nonces
}

// A digestAlgorithm is one that Digest offers.
type digestAlgorithm struct {
	name string
	new  func() hash.Hash
}

// digestAlgorithms are in the order in which they are offered. What clients make
// of two offers was measured:
//
//   - Chromium 156 and curl 7.88 take the first, so that is the better one.
//   - wget 1.21 and Python's requests 2.28 take the last. wget answers with MD5
//     whatever it takes, so MD5 is last.
//   - libwww-perl 6.68 takes the first and answers with MD5 all the same. That
//     costs it one round more, see [Digest.Authenticate].
//   - w3m 0.5.3 does not log in unless MD5 is first, which would have Chromium and
//     curl use it too.
var digestAlgorithms = []digestAlgorithm{{"SHA-256", sha256.New}, {"MD5", md5.New}}

// hex returns the hash of the parts with colons between them.
func (a digestAlgorithm) hex(parts ...string) string {
	h := a.new()
	io.WriteString(h, strings.Join(parts, ":"))
	return hex.EncodeToString(h.Sum(nil))
}

// Authenticate implements [Authenticator].
func (d *Digest) Authenticate(r *http.Request) (user string, err error) {
	scheme, rest, err := authorization(r)
	if err != nil {
		return "", err
	}
	if !strings.EqualFold(scheme, "Digest") {
		return "", d.challenge(false, digestAlgorithms...)
	}
	c, err := parseDigest(rest)
	if err != nil {
		return "", badAuthorization(err)
	}
	if c.uri != r.RequestURI {
		return "", badAuthorization(errors.New("its uri is not the one that is asked for"))
	}
	if !d.isRight(c, r.Method) {
		return "", d.challenge(false, digestAlgorithms...)
	}
	// The answer is right. It may still be an old one, or to a nonce that was
	// offered with another algorithm: then it is this algorithm alone that the
	// client is asked for, because it may know no other.
	if !d.nonces.spend(c.nonce, c.algorithm.name, c.count) {
		return "", d.challenge(true, c.algorithm)
	}
	return c.user, nil
}

// isRight reports whether c shows knowledge of the password. Someone who does
// not exist costs as much time as someone who does. The realm that c names does
// not matter, only the one that went into the response.
func (d *Digest) isRight(c digestCredentials, method string) bool {
	if d.Password == nil {
		return false
	}
	password, known := d.Password(c.user)
	secret := c.algorithm.hex(c.user, realmText(d.Realm), password)
	request := c.algorithm.hex(method, c.uri)
	want := c.algorithm.hex(secret, c.nonce, c.nc, c.cnonce, "auth", request)
	return subtle.ConstantTimeCompare([]byte(want), []byte(c.response)) == 1 && known
}

// challenge asks for credentials in one of the algorithms. It is stale if those
// that came were right but for their nonce.
func (d *Digest) challenge(stale bool, algorithms ...digestAlgorithm) error {
	more := ""
	if stale {
		more = ", stale=true"
	}
	offers := make([]string, len(algorithms))
	for i, a := range algorithms {
		offers[i] = fmt.Sprintf(`Digest realm="%s", nonce="%s", qop="auth", algorithm=%s, charset=UTF-8%s`,
			realmText(d.Realm), d.nonces.issue(a.name), a.name, more)
	}
	return unauthorized(d.CancelMessage, offers...)
}

// digestCredentials are a client's answer to a challenge.
type digestCredentials struct {
	user, nonce, uri, nc, cnonce, response string

	algorithm digestAlgorithm
	count     uint32 // nc
}

// parseDigest checks everything about an answer that can be checked without
// knowing a password.
func parseDigest(s string) (c digestCredentials, err error) {
	params, err := parseAuthParams(s)
	if err != nil {
		return c, err
	}
	for _, name := range []string{"nonce", "uri", "qop", "nc", "cnonce", "response"} {
		if _, ok := params[name]; !ok {
			return c, fmt.Errorf("it has no %s", name)
		}
	}
	c = digestCredentials{
		nonce: params["nonce"], uri: params["uri"], nc: params["nc"],
		cnonce: params["cnonce"], response: strings.ToLower(params["response"]),
	}
	if c.user, err = userName(params); err != nil {
		return c, err
	}
	if qop := params["qop"]; qop != "auth" {
		return c, fmt.Errorf("its qop is %q; want auth", shorten(qop, 60))
	}
	count, err := strconv.ParseUint(c.nc, 16, 32)
	if err != nil || len(c.nc) != 8 {
		return c, fmt.Errorf("its nc is %q; want eight hexadecimal digits", shorten(c.nc, 60))
	}
	c.count = uint32(count)
	algorithm := cmp.Or(params["algorithm"], "MD5")
	for _, a := range digestAlgorithms {
		if strings.EqualFold(algorithm, a.name) {
			c.algorithm = a
			return c, nil
		}
	}
	return c, fmt.Errorf("its algorithm is %q; want one that was offered", shorten(algorithm, 60))
}
