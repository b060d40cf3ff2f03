package dibbler

import "context"

// Stopping returns a channel that is closed when the environment that ctx
// belongs to begins to end. An answer that would never end by itself, such as a
// stream of events, watches it and finishes:
//
//	select {
//	case e := <-events:
//		send(w, e)
//	case <-dibbler.Stopping(r.Context()):
//		return nil
//	}
//
// An ordinary page need not care: it is let finish. The context itself is
// cancelled only when the time for that is over.
//
// Where ctx belongs to no environment, such as in a server mounted elsewhere, the
// channel is nil and never ready.
func Stopping(ctx context.Context) <-chan struct{} {
	if c, ok := ctx.Value(contextKey{}).(*Context); ok {
		return c.stopping
	}
	return nil
}

// contextKey finds the environment in the contexts of what it runs.
type contextKey struct{}
