package dibbler

import (
	"context"
	"sync"
)

// Stopping returns a channel that is closed when the service that ctx belongs to begins
// to end, because its environment ends or because it is removed. Methlets whose responses
// do not end by themselves, such as event streams, must return then:
//
//	select {
//	case e := <-events:
//		send(w, e)
//	case <-dibbler.Stopping(r.Context()):
//		return nil
//	}
//
// The connection is closed after the response. Other methlets need not use Stopping: they
// are allowed to finish, and ctx is canceled only after [Context.DrainTimeout].
//
// ctx is the context of a request, of ServeConn or of a task. If no [Context] runs the
// service, as when a Server is mounted in another server, Stopping returns nil, and
// receiving from nil blocks for ever.
func Stopping(ctx context.Context) <-chan struct{} {
	if s, ok := ctx.Value(stopSignalKey{}).(*stopSignal); ok {
		if c, ok := ctx.Value(connKey{}).(*conn); ok {
			c.MarkStream()
		}
		return s.ch
	}
	return nil
}

// WithStopping returns a copy of parent for which the function [Stopping] returns
// c.Stopping(). It is for work outside the services, in the program that runs the
// environment.
func (c *Context) WithStopping(parent context.Context) context.Context {
	c.setUp()
	return context.WithValue(parent, stopSignalKey{}, &stopSignal{ch: c.stopping})
}

// A stopSignal is the channel that Stopping returns for one service.
type stopSignal struct {
	ch   chan struct{}
	once sync.Once
}

func newStopSignal() *stopSignal { return &stopSignal{ch: make(chan struct{})} }

// send closes the channel. It may be called more than once.
func (s *stopSignal) send() { s.once.Do(func() { close(s.ch) }) }

// stopSignalKey is the key of the stopSignal in contexts.
type stopSignalKey struct{}

// context returns the parent of the contexts of the service.
func (s *stopSignal) context() context.Context {
	return context.WithValue(context.Background(), stopSignalKey{}, s)
}
