package drain

import (
	"cmp"
	"time"
)

// Limits are limits on the clients of a service. They do not limit the time that the program
// takes to answer. Zero values mean the defaults.
type Limits struct {
	Header time.Duration // for the first byte of a connection, and then for a header: 10 s
	Read   time.Duration // for each piece of a body: 30 s
	Write  time.Duration // for the client to take each piece of an answer, of WritePiece: 60 s
	Idle   time.Duration // between an answer and the next request: 60 s
	Conns  int           // the number of open connections: 1000
}

// WithDefaults returns l with the defaults in place of zero values.
func (l Limits) WithDefaults() Limits {
	const most = never / 2 // so that the sum of a time and a limit does not overflow
	return Limits{
		Header: min(cmp.Or(l.Header, 10*time.Second), most),
		Read:   min(cmp.Or(l.Read, 30*time.Second), most),
		Write:  min(cmp.Or(l.Write, 60*time.Second), most),
		Idle:   min(cmp.Or(l.Idle, 60*time.Second), most),
		Conns:  min(cmp.Or(l.Conns, 1000), maxConns()),
	}
}

const (
	// GracePeriod is how long a connection may be idle after Drain, or while other
	// connections wait. A client that has just connected or got an answer may be about to
	// send a request. Connections that are idle for longer are usually spare connections of
	// browsers.
	GracePeriod = 250 * time.Millisecond

	// slowPeriod is how long a request may take to arrive while other connections wait.
	slowPeriod = time.Second

	// DiscardBytes and DiscardTime limit how much of a request's body is read and
	// discarded after the answer, so that the client gets the answer.
	DiscardBytes     = 128 << 20
	DiscardTime      = 30 * time.Second
	drainDiscardTime = time.Second // after Drain

	// WritePiece is the number of bytes for which a client has Limits.Write.
	WritePiece = 1 << 20
)
