package dibbler

import (
	"cmp"
	"errors"
	"net/http"
	"strings"
)

// Authenticator decides who a request is from, for [Server.Auth]. [Basic] and
// [Digest] are two. One that changes while the server runs is written by the
// author: its Authenticate passes the request on to whichever of the others is
// wanted at that moment, or lets everybody in by returning "" and nil.
type Authenticator interface {
	// Authenticate returns the name of the user whom r proves to be from. Any error
	// refuses the request: nothing of the plug-ins runs, and the client is answered
	// as if a page had returned the error. Usually it is an [*Error] with status 401
	// and a WWW-Authenticate header. Authenticate is called for every request, by
	// many goroutines at a time, so what it goes by may change while it runs.
	Authenticate(r *http.Request) (user string, err error)
}

const (
	defaultRealm  = "Dibbler application server"
	defaultCancel = "You must log in."
)

// authorization splits r's Authorization header into its scheme and what follows
// that. A request without the header has scheme "". One that has it twice is
// refused: whoever else looks at the request may go by the other.
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

// unauthorized asks the client to log in, in one of the ways that challenges
// offer.
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

// realmText is an author's realm, or the default, fit to stand between quotes.
// Quotes and backslashes are replaced rather than escaped: wget 1.21, libwww-perl
// 6.68 and Python's requests 2.28 log in to no realm that has one of them.
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
