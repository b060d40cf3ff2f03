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

	"github.com/dibbler-app/dibbler/dibbler/internal/form"
)

// Digest implements HTTP Digest authentication (RFC 7616) with SHA-256 and MD5. Clients do
// not send the password, but everything else is unencrypted. Only Password must be set. A
// Digest must not be copied, nor its fields changed, after first use.
//
// Digest offers SHA-256 first and MD5 second, in two header fields and with qop "auth"
// only, because that works with most clients. A nonce is valid for ten minutes, for the
// algorithm that it was offered with, and once for each nonce count (nc).
//
// The uri parameter of a client must be equal to the request target, so a proxy in front
// of the server must not change paths.
type Digest struct {
	// Password returns the password of user. ok is false if there is no such user. It is
	// called concurrently. If nil, all logins are refused.
	Password func(user string) (password string, ok bool)

	// Realm names the protected pages. Clients may show it when they ask for the password.
	// Empty means "Dibbler application server". Quotes and backslashes are replaced. Realm
	// should be ASCII; Python's requests 2.28, for example, cannot log in to other realms.
	Realm string

	// CancelMessage is shown to users who cancel the login. Empty means "You must log in."
	CancelMessage string

	nonces nonces
}

// A digestAlgorithm is an algorithm that Digest offers.
type digestAlgorithm struct {
	name string
	new  func() hash.Hash
}

// digestAlgorithms are in the order in which they are offered. Tests of clients with two
// offers had these results:
//
//   - Chromium 156 and curl 7.88 use the first, so the better algorithm is first.
//   - wget 1.21 and Python's requests 2.28 use the last. wget can only use MD5, so MD5 is
//     last.
//   - libwww-perl 6.68 uses the nonce of the first, but with MD5. It needs one more round
//     trip; see [Digest.Authenticate].
//   - w3m 0.5.3 logs in only if MD5 is first. Chromium and curl would then use MD5 too.
var digestAlgorithms = []digestAlgorithm{{"SHA-256", sha256.New}, {"MD5", md5.New}}

// hex returns the hash of parts joined with colons.
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
		return "", badAuthorization(errors.New("its uri is not the target of the request"))
	}
	if !d.verify(c, r.Method) {
		return "", d.challenge(false, digestAlgorithms...)
	}
	// The response is correct, but the nonce may be expired, used, or offered with another
	// algorithm. The new challenge offers only the algorithm that the client has used,
	// because the client may support no other.
	if !d.nonces.use(c.nonce, c.algorithm.name, c.count) {
		return "", d.challenge(true, c.algorithm)
	}
	return c.user, nil
}

// verify reports whether the response in c was calculated with the password of the user.
// It takes the same time for unknown users. The realm parameter of the client is not
// compared, because the response depends on the realm.
func (d *Digest) verify(c digestCredentials, method string) bool {
	if d.Password == nil {
		return false
	}
	password, known := d.Password(c.user)
	secret := c.algorithm.hex(c.user, realmText(d.Realm), password)
	request := c.algorithm.hex(method, c.uri)
	want := c.algorithm.hex(secret, c.nonce, c.nc, c.cnonce, "auth", request)
	return subtle.ConstantTimeCompare([]byte(want), []byte(c.response)) == 1 && known
}

// challenge returns an error that asks for credentials with one of algorithms. stale says
// that only the nonce of the last credentials was not accepted.
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

// digestCredentials are the parameters of an Authorization field.
type digestCredentials struct {
	user, nonce, uri, nc, cnonce, response string

	algorithm digestAlgorithm
	count     uint32 // nc
}

// parseDigest parses the parameters of an Authorization field, and checks everything that
// does not depend on the password.
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
		return c, fmt.Errorf("its qop is %q; want auth", form.Shorten(qop, 60))
	}
	count, err := strconv.ParseUint(c.nc, 16, 32)
	if err != nil || len(c.nc) != 8 {
		return c, fmt.Errorf("its nc is %q; want eight hexadecimal digits", form.Shorten(c.nc, 60))
	}
	c.count = uint32(count)
	algorithm := cmp.Or(params["algorithm"], "MD5")
	for _, a := range digestAlgorithms {
		if strings.EqualFold(algorithm, a.name) {
			c.algorithm = a
			return c, nil
		}
	}
	return c, fmt.Errorf("its algorithm is %q; want SHA-256 or MD5", form.Shorten(algorithm, 60))
}
