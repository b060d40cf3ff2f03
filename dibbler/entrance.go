package dibbler

import (
	"net"
	"sync"
	"time"
)

// knockTimeout is how long the end of a queue of connections is waited for.
const knockTimeout = time.Second

// An entrance is a listener of a door.
//
// The system makes connections by itself and keeps them in a queue until they are
// accepted. When the listener is closed, it resets those that it still keeps, and
// their clients, who may have sent a request long ago, get no answer. So before it
// closes, the entrance connects to itself: when that connection is accepted, so
// are all that were there before.
type entrance struct {
	net.Listener
	knocked chan struct{} // closed when it is known which connection is the last
	last    net.Conn      // our own end of it; nil: there is none
	left    chan struct{} // closed when nobody accepts any more
	once    sync.Once     // closes the listener
}

func entrances(at ...net.Listener) []*entrance {
	var all []*entrance
	for _, l := range at {
		all = append(all, &entrance{Listener: l, knocked: make(chan struct{}), left: make(chan struct{})})
	}
	return all
}

// closeAfterQueue closes the listener when the queue has been accepted. Where it
// has no room for one more, or does not move, what is in it is given up.
func (e *entrance) closeAfterQueue() error {
	deadline := time.Now().Add(knockTimeout)
	e.last = knock(e.Addr(), deadline)
	close(e.knocked)
	if e.last != nil {
		select {
		case <-e.left:
		case <-time.After(time.Until(deadline)):
		}
		_ = e.last.Close()
	}
	return e.Close()
}

// Close closes the listener at once. It may be called any number of times.
func (e *entrance) Close() (err error) {
	e.once.Do(func() { err = e.Listener.Close() })
	return err
}

// knock connects to addr, if it is one that can be connected to.
func knock(addr net.Addr, deadline time.Time) net.Conn {
	if _, ok := addr.(*net.TCPAddr); !ok {
		return nil
	}
	dialer := net.Dialer{Deadline: deadline}
	c, err := dialer.Dial("tcp", addr.String())
	if err != nil {
		return nil
	}
	return c
}

// isLast reports, once closeAfterQueue has been called, whether c is the other end of the
// last connection.
func (e *entrance) isLast(c net.Conn) bool {
	<-e.knocked
	return e.last != nil && c.RemoteAddr().String() == e.last.LocalAddr().String()
}
