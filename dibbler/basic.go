package dibbler

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
)

// Basic is HTTP Basic authentication (RFC 7617). The password crosses the
// connection in the clear, so use it on this machine only, or behind TLS.
type Basic struct {
	// Check reports whether password is the user's. It is called by many goroutines
	// at a time, and it should compare in constant time, as
	// [crypto/subtle.ConstantTimeCompare] does. Nil lets nobody in.
	Check func(user, password string) bool

	// Realm says to the person what the password is for. Empty means "Dibbler
	// application server".
	Realm string

	// CancelMessage is shown to a person who does not log in. Empty means "You must
	// log in."
	CancelMessage string
}

// Authenticate implements [Authenticator].
func (b *Basic) Authenticate(r *http.Request) (user string, err error) {
	challenge := unauthorized(cmp.Or(b.CancelMessage, defaultCancel),
		"Basic realm="+quote(cmp.Or(b.Realm, defaultRealm))+`, charset="UTF-8"`)
	scheme, _, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Basic") {
		return "", challenge
	}
	user, password, ok := r.BasicAuth()
	if !ok {
		return "", badAuthorization(errors.New("it is not Basic credentials in base64 (RFC 7617)"))
	}
	if b.Check == nil || !b.Check(user, password) {
		return "", challenge
	}
	return user, nil
}
