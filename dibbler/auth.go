package dibbler

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
)

// Authenticator authenticates requests, for [Server.Auth]. [Basic] and [Digest] implement
// it. To change the method of authentication while the server runs, write an Authenticator
// that calls another one, or that returns "" and nil to allow the request.
type Authenticator interface {
	// Authenticate returns the name of the user who sent r. If it returns an error, the
	// request is refused: no methlet is called, and the client is answered as if a methlet
	// had returned the error. Usually the error is an [*Error] with status 401 and a
	// WWW-Authenticate field. Authenticate is called for every request, concurrently.
	Authenticate(r *http.Request) (user string, err error)
}

const (
	defaultRealm  = "Dibbler application server"
	defaultCancel = "You must log in."
)

// authorization splits r's Authorization field into its scheme and the rest. The scheme is
// "" if there is no such field. Two of them are an error, because other programs that
// process the request may use the other one.
func authorization(r *http.Request) (scheme, rest string, err error) {
	switch headers := r.Header["Authorization"]; len(headers) {
	case 0:
		return "", "", nil
	case 1:
		scheme, rest, _ = strings.Cut(headers[0], " ")
		return scheme, rest, nil
	}
	return "", "", badAuthorization(errors.New("there is more than one"))
}

// unauthorized returns an error with status 401 that has challenges in WWW-Authenticate
// fields.
func unauthorized(message string, challenges ...string) error {
	return &Error{
		Status:  http.StatusUnauthorized,
		Message: cmp.Or(message, defaultCancel),
		Header:  http.Header{"Www-Authenticate": challenges},
	}
}

func badAuthorization(err error) error {
	return &Error{Status: http.StatusBadRequest, Message: "The name and the password that were sent cannot be read. Log in again.", Err: err}
}

// realmText returns realm, or the default if it is empty, for use between quotes. Quotes
// and backslashes are replaced and not escaped, because wget 1.21, libwww-perl 6.68 and
// Python's requests 2.28 cannot log in to a realm that contains one.
func realmText(realm string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '"':
			return '\''
		case r == '\\':
			return '/'
		case r < ' ' || r == 0x7f:
			return -1
		}
		return r
	}, cmp.Or(realm, defaultRealm))
}
