package dibbler

import (
	"cmp"
	"errors"
	"time"

	"github.com/dibbler-app/dibbler/dibbler/internal/drain"
)

// Limits bound how long the clients of a [Server] may take and how much they may
// send, so that none of them holds a place or memory for ever. They do not bound the
// server's own work. A zero field means its default, math.MaxInt64 that there is no
// limit of time, and a negative one is an error when the server is added to a [Context].
//
// A server that is mounted in another one uses ReadTimeout and WriteTimeout, where
// that has no timeout of its own. A methlet can set deadlines in their place, with
// [net/http.ResponseController].
type Limits struct {
	// HeaderTimeout is for the first byte over a new connection, and then for the
	// header of a request. The default is 10 seconds.
	HeaderTimeout time.Duration

	// ReadTimeout is for each next piece of a request's body, while it is read. The
	// default is 30 seconds.
	ReadTimeout time.Duration

	// WriteTimeout is for the client to take each piece of an answer, of at most
	// 1 MiB. The default is 60 seconds.
	WriteTimeout time.Duration

	// IdleTimeout is for the next request over a connection. The default is 60
	// seconds.
	IdleTimeout time.Duration

	// MaxHeaderBytes is for the header of a request. The default is 64 KiB.
	MaxHeaderBytes int

	// MaxConns is how many connections may be open at the same time. The default is
	// 1000. It is never more than half of the files that the system lets the program
	// open.
	MaxConns int
}

// forConns returns the limits of connections.
func (l Limits) forConns() drain.Limits {
	return drain.Limits{
		Header: l.HeaderTimeout,
		Read:   l.ReadTimeout,
		Write:  l.WriteTimeout,
		Idle:   l.IdleTimeout,
		Conns:  l.MaxConns,
	}.WithDefaults()
}

// maxHeaderBytes returns MaxHeaderBytes or its default.
func (l Limits) maxHeaderBytes() int { return cmp.Or(l.MaxHeaderBytes, 64<<10) }

// check returns an error if a limit is negative.
func (l Limits) check() error {
	if min(l.HeaderTimeout, l.ReadTimeout, l.WriteTimeout, l.IdleTimeout) < 0 || min(l.MaxHeaderBytes, l.MaxConns) < 0 {
		return errors.New("dibbler: the Limits of a Server cannot be negative; leave them out for the defaults")
	}
	return nil
}
