package dibbler

import (
	"errors"
	"net/http"
	"strings"
)

// Basic implements HTTP Basic authentication (RFC 7617). Clients send the password
// unencrypted, so use it only within one machine or behind TLS. The fields must not be
// changed while it is in use.
type Basic struct {
	// Check reports whether password is the password of user. It is called concurrently,
	// and should compare in constant time, as [crypto/subtle.ConstantTimeCompare] does. If
	// nil, all logins are refused.
	Check func(user, password string) bool

	// Realm names the protected pages. Clients may show it when they ask for the password.
	// Empty means "Dibbler application server". Quotes and backslashes are replaced.
	Realm string

	// CancelMessage is shown to users who cancel the login. Empty means "You must log in."
	CancelMessage string
}

// Authenticate implements [Authenticator].
func (b *Basic) Authenticate(r *http.Request) (user string, err error) {
	scheme, _, err := authorization(r)
	if err != nil {
		return "", err
	}
	if !strings.EqualFold(scheme, "Basic") {
		return "", b.challenge()
	}
	user, password, ok := r.BasicAuth()
	if !ok {
		return "", badAuthorization(errors.New("it is not Basic credentials in base64 (RFC 7617)"))
	}
	if b.Check == nil || !b.Check(user, password) {
		return "", b.challenge()
	}
	return user, nil
}

func (b *Basic) challenge() error {
	return unauthorized(b.CancelMessage, `Basic realm="`+realmText(b.Realm)+`", charset="UTF-8"`)
}
