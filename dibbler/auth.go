package dibbler

import "net/http"

// Authenticator decides who a request is from, for [Server.Auth]. [Basic] and
// [Digest] are two.
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

// unauthorized asks the client to log in, in one of the ways that challenges
// offer.
func unauthorized(message string, challenges ...string) error {
	return &Error{
		Status:  http.StatusUnauthorized,
		Message: message,
		Header:  http.Header{"Www-Authenticate": challenges},
	}
}

func badAuthorization(err error) error {
	return &Error{Status: http.StatusBadRequest, Message: "The Authorization header of this request cannot be read.", Err: err}
}
