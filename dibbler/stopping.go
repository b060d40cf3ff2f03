package dibbler

import (
	"context"
	"sync"
)

// Stopping returns a channel that is closed when the server or listener that ctx
// belongs to begins to end, with its environment or alone. An answer that would
// never end by itself, such as a stream of events, watches it and finishes:
//
//	select {
//	case e := <-events:
//		send(w, e)
//	case <-dibbler.Stopping(r.Context()):
//		return nil
//	}
//
// When it has finished, its connection is closed.
//
// An ordinary page need not care: it is allowed to finish. The context itself is
// cancelled only when the time for that is over.
//
// Where ctx belongs to nothing that a [Context] runs, such as in a server mounted
// elsewhere, the channel is nil and never ready.
func Stopping(ctx context.Context) <-chan struct{} {
	if s, ok := ctx.Value(signalKey{}).(*signal); ok {
		if c, ok := ctx.Value(connKey{}).(*conn); ok {
			c.LastAtEnd()
		}
		return s.given
	}
	return nil
}

// WithStopping returns a copy of parent for which [Stopping] returns the channel of
// the environment, like the method of that name. It is for work beside the services,
// such as that of a program around the environment.
func (c *Context) WithStopping(parent context.Context) context.Context {
	c.setUp()
	return context.WithValue(parent, signalKey{}, &signal{given: c.stopping})
}

// A signal says, once, that a service begins to end.
type signal struct {
	given chan struct{}
	once  sync.Once
}

func newSignal() *signal { return &signal{given: make(chan struct{})} }

// give gives the signal. It may be called any number of times.
func (s *signal) give() { s.once.Do(func() { close(s.given) }) }

// signalKey finds the signal in the contexts of what a service runs.
type signalKey struct{}

// context returns the context that those of requests and connections come from.
func (s *signal) context() context.Context {
	return context.WithValue(context.Background(), signalKey{}, s)
}
