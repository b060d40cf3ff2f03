package dibbler

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/dibbler-app/dibbler/dibbler/internal/form"
)

// ErrShutdown is returned by a methlet to end the [Context] that runs its server, as
// sys.exit() did in the original Dibbler. The response is sent first, or a goodbye page
// if the methlet has written nothing. If no Context runs the server, ErrShutdown is an
// error like any other.
var ErrShutdown = errors.New("dibbler: shutdown requested")

// Error is an error with the status and the text of its error page. A methlet returns an
// *Error or an error that wraps one.
type Error struct {
	// Status is the HTTP status, such as 404. Values outside 400–599, including zero,
	// mean 500.
	Status int
	// Message is plain text for the user: what happened, and what to do. If empty, the
	// page has a general text for Status.
	Message string
	// Header is added to the header of the response, such as Retry-After or Allow. It
	// replaces fields of the same name.
	Header http.Header
	// Err is the cause. It is logged. If the status is 500 or more, it is also shown on the
	// page, unless [Server.HideErrors] is set.
	Err error
}

func (e *Error) Error() string {
	if e == nil {
		return "a nil *dibbler.Error was returned in place of nil"
	}
	s := fmt.Sprintf("%d %s", e.status(), e.message())
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Err
}

func (e *Error) status() int {
	if e.Status < 400 || e.Status > 599 {
		return http.StatusInternalServerError
	}
	return e.Status
}

func (e *Error) message() string {
	return cmp.Or(e.Message, http.StatusText(e.status()), "Something went wrong.")
}

// toError returns the Error with which the client is answered if a methlet has failed with
// err.
func toError(err error) *Error {
	var e *Error
	var fields form.FieldErrors
	var read *form.ReadError
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &e) && e != nil:
		return e
	case errors.As(err, &fields):
		return &Error{Status: http.StatusBadRequest, Err: err}
	case errors.As(err, &read):
		return &Error{Status: read.Status, Message: read.Message, Err: read.Err}
	case errors.As(err, &tooLarge):
		return &Error{
			Status:  http.StatusRequestEntityTooLarge,
			Message: "What you sent is larger than " + form.Size(tooLarge.Limit) + ". Send less at once.",
			Err:     err,
		}
	}
	return &Error{Err: err}
}

// causes lists the texts of err and the errors that it wraps, outermost first. It leaves
// out texts that are part of an earlier one.
func causes(err error) []string {
	var lines []string
	var walk func(error)
	walk = func(err error) {
		if err == nil {
			return
		}
		text := fmt.Sprint(err)
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, text) }) {
			lines = append(lines, text)
		}
		switch e := err.(type) {
		case interface{ Unwrap() error }:
			walk(e.Unwrap())
		case interface{ Unwrap() []error }:
			for _, err := range e.Unwrap() {
				walk(err)
			}
		}
	}
	walk(err)
	return lines
}
