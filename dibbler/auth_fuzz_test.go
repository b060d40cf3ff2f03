package dibbler

import (
	"crypto/rand"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// FuzzAuthorization sends any Authorization field to Basic and Digest. All are refused with
// a 400 or a challenge. Parameters that can be parsed must be the same after they are
// formatted and parsed again.
func FuzzAuthorization(f *testing.F) {
	digest := new(Digest)
	for _, header := range []string{
		"",
		"Basic",
		"Basic =",
		"Bearer abc",
		basicHeader(testUser, testPassword),
		basicHeader("", ""),
		"bASIC  YTpi",
		"Digest",
		"Digest ,, ,",
		"Digest username",
		`Digest username="\`,
		`Digest username="a", username="b"`,
		"Digest " + strings.Repeat("a=b,", 40),
		digestReply{}.to(map[string]string{"realm": defaultRealm, "nonce": digest.nonces.issue("MD5"), "algorithm": "MD5"}),
		digestReply{user: `q"\,=ü`}.to(map[string]string{"realm": "r", "nonce": "n", "algorithm": "SHA-256"}),
		`Digest username*=UTF-8''J%C3%A4s%C3%B8n,realm=r,nonce=n,uri=/,qop="auth",nc=FFFFFFFF,cnonce=YWI=,response=0`,
		`Digest username*=UTF-8'en'%00%0d%0a,nonce=,uri=/,qop=auth,nc=00000000,cnonce="",response="",algorithm=md5`,
		"Digest\tusername=\"\x00\xff\"",
	} {
		f.Add(header)
	}
	// A password that no input contains, and a user for every name.
	secret := rand.Text()
	basic := &Basic{Check: func(_, password string) bool { return password == secret }}
	digest.Password = func(string) (string, bool) { return secret, true }

	f.Fuzz(func(t *testing.T, header string) {
		for _, auth := range []Authenticator{basic, digest} {
			r := httptest.NewRequest("GET", "/", nil)
			r.Header.Set("Authorization", header)
			user, err := auth.Authenticate(r)
			if e, ok := errors.AsType[*Error](err); !ok || user != "" {
				t.Fatalf("%T: user %q, error %v; want no user and an *Error", auth, user, err)
			} else if asks := len(e.Header) == 1; e.Status != http.StatusUnauthorized && e.Status != http.StatusBadRequest || asks != (e.Status == http.StatusUnauthorized) {
				t.Fatalf("%T: status %d with header %v; want 401 with a challenge, or 400", auth, e.Status, e.Header)
			}
		}
		_, rest, _ := strings.Cut(header, " ")
		params, err := parseAuthParams(rest)
		if err != nil {
			return
		}
		var written []string
		for _, name := range slices.Sorted(maps.Keys(params)) {
			written = append(written, name+`="`+quoted(params[name])+`"`)
		}
		again, err := parseAuthParams(strings.Join(written, ", "))
		if err != nil || !maps.Equal(params, again) {
			t.Fatalf("%q reads as %q, but formatted and parsed again it is %q, %v", rest, params, again, err)
		}
		challenge, err := parseAuthParams(`realm="` + realmText(header) + `"`)
		if err != nil || challenge["realm"] != realmText(header) {
			t.Fatalf("realm %q reads as %q, %v", realmText(header), challenge, err)
		}
	})
}
