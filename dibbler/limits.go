package dibbler

import (
	"cmp"
	"errors"
	"math"
	"time"

	"github.com/dibbler-app/dibbler/dibbler/internal/drain"
)

// Limits are limits on the clients of a [Server], so that no client keeps a connection or
// memory for ever. They do not limit how long the server takes to answer. A zero field
// means the default. A timeout of math.MaxInt64 means no limit. A negative field makes
// [Context.Add] fail.
//
// If another server runs the Server as an [http.Handler], only ReadTimeout and
// WriteTimeout are used, each if the other server has no such timeout. A methlet can set
// its own deadlines with [http.ResponseController].
type Limits struct {
	// HeaderTimeout is the maximum time until the first byte of a new connection
	// arrives, and then the maximum time to read the header of a request. The default is
	// 10 seconds.
	HeaderTimeout time.Duration

	// ReadTimeout is the maximum time to wait for the next bytes of a request's body. The
	// default is 30 seconds.
	ReadTimeout time.Duration

	// WriteTimeout is the maximum time for the client to take each piece of a response, of
	// up to 1 MiB. The default is 60 seconds.
	WriteTimeout time.Duration

	// IdleTimeout is the maximum time to wait for the next request on a connection. The
	// default is 60 seconds.
	IdleTimeout time.Duration

	// MaxHeaderBytes is the maximum size of the header of a request. The default is 64
	// KiB.
	MaxHeaderBytes int

	// MaxConns is the maximum number of open connections. The default is 1000. It is never
	// more than half the number of files that the system allows the program to open.
	MaxConns int
}

// forConns returns l as limits of connections.
func (l Limits) forConns() drain.Limits {
	return drain.Limits{
		Header: l.HeaderTimeout,
		Read:   l.ReadTimeout,
		Write:  l.WriteTimeout,
		Idle:   l.IdleTimeout,
		Conns:  l.MaxConns,
	}.WithDefaults()
}

// maxHeaderBytes returns MaxHeaderBytes or its default. net/http adds 4 KiB, and the sum
// must not overflow.
func (l Limits) maxHeaderBytes() int { return min(cmp.Or(l.MaxHeaderBytes, 64<<10), math.MaxInt-4<<10) }

// check returns an error if a limit is negative.
func (l Limits) check() error {
	if min(l.HeaderTimeout, l.ReadTimeout, l.WriteTimeout, l.IdleTimeout) < 0 || min(l.MaxHeaderBytes, l.MaxConns) < 0 {
		return errors.New("dibbler: Limits of the Server must not be negative; zero means the default")
	}
	return nil
}
