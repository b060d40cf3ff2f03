package drain

import (
	"cmp"
	"time"
)

// Limits bound how long a client may take, and how many there may be. Zero values
// mean the defaults. No limit is about the program's own work.
type Limits struct {
	Header time.Duration // for the first byte over a new connection, and then for a whole header: 10 s
	Read   time.Duration // for each next piece of a body: 30 s
	Write  time.Duration // to take each piece of an answer, of 1 MiB at most: 60 s
	Idle   time.Duration // between an answer and the next request: 60 s
	Conns  int           // open connections of one service: 1000
}

// WithDefaults returns l with the defaults in place of zero values.
func (l Limits) WithDefaults() Limits {
	const most = never / 2 // so that a moment and a limit have a sum
	return Limits{
		Header: min(cmp.Or(l.Header, 10*time.Second), most),
		Read:   min(cmp.Or(l.Read, 30*time.Second), most),
		Write:  min(cmp.Or(l.Write, 60*time.Second), most),
		Idle:   min(cmp.Or(l.Idle, 60*time.Second), most),
		Conns:  min(cmp.Or(l.Conns, 1000), maxFiles()),
	}
}

const (
	// GracePeriod is how long a connection may be quiet, counted from when it
	// became so, while the service ends or others wait for its place. A client that
	// has just connected, or has just had an answer, may be about to send; one that
	// has been quiet for longer is a browser's spare.
	GracePeriod = 250 * time.Millisecond

	// slowPeriod is how long a request may take to arrive while others wait for its
	// place.
	slowPeriod = time.Second

	// After an answer that came before the end of the request's body, so much of
	// the rest is read, for so long at most, so that the client sees the answer.
	DiscardBytes     = 128 << 20
	DiscardTime      = 30 * time.Second
	discardTimeAtEnd = time.Second // since the end of the service began

	// WritePiece is how much a client takes within Limits.Write.
	WritePiece = 1 << 20
)
