package dibbler

import (
	"errors"
	"net/http"
	"strings"
)

// Basic is HTTP Basic authentication (RFC 7617). The password crosses the
// connection in the clear, so use it on this machine only, or behind TLS. Its
// fields must not be changed while it is in use.
type Basic struct {
	// Check reports whether password is the user's. It is called by many goroutines
	// at a time, and it should compare in constant time, as
	// [crypto/subtle.ConstantTimeCompare] does. Nil lets nobody in.
	Check func(user, password string) bool

	// Realm names to the client what the password is for. Empty means "Dibbler
	// application server". Quotes and backslashes in it are replaced.
	Realm string

	// CancelMessage is shown to a person who does not log in. Empty means "You must
	// log in."
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
