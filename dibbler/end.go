package dibbler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// CutError lists the requests, connections and tasks that did not finish in time when an
// environment ended.
type CutError struct {
	// Unfinished has requests by method and path, other connections by the client's
	// address, and tasks by name.
	Unfinished []string
}

func (e *CutError) Error() string {
	return fmt.Sprintf("dibbler: cut before finished: %s", strings.Join(e.Unfinished, ", "))
}

// end ends the environment. Every Run ends with it.
func (c *Context) end() error {
	c.Stop()
	c.mu.Lock()
	c.state = stateEnding
	services := slices.Clone(c.services)
	c.mu.Unlock()
	drainCtx, cancel := context.WithTimeout(context.Background(), cmp.Or(c.DrainTimeout, defaultDrainTimeout))
	defer cancel()
	go func() {
		select {
		case <-c.cutNow:
			cancel()
		case <-drainCtx.Done():
		}
	}()
	closing := closeListeners(services)
	for range services {
		select {
		case err := <-closing:
			if err != nil {
				c.logger().Warn("dibbler: cannot close a listener", "err", err)
			}
		case <-drainCtx.Done():
		}
	}
	close(c.stopping)
	for _, r := range services {
		r.drain()
	}
	if !c.waitForServices(drainCtx.Done()) {
		c.cut()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return errors.Join(c.errs...)
}

// waitForServices waits until all services have ended. It returns false if done is closed
// before.
func (c *Context) waitForServices(done <-chan struct{}) bool {
	for c.remaining() > 0 {
		select {
		case <-c.ended:
		case <-done:
			return false
		}
	}
	return true
}

// cut cuts the services that have not ended, and records a CutError. The error lists
// unfinished requests, connections and tasks that finish by themselves, and those of the
// other tasks that do not return although they were cut.
func (c *Context) cut() {
	unfinished := c.unfinished(func(r *entry) bool { return !r.isEndless() })
	c.mu.Lock()
	services := slices.Clone(c.services)
	c.mu.Unlock()
	for _, r := range services {
		r.cut()
	}
	cutCtx, cancel := context.WithTimeout(context.Background(), cutTimeout)
	defer cancel()
	c.waitForServices(cutCtx.Done())
	unfinished = append(unfinished, c.unfinished((*entry).isEndless)...)
	if len(unfinished) == 0 {
		return
	}
	slices.Sort(unfinished)
	c.mu.Lock()
	c.errs = append(c.errs, &CutError{unfinished})
	c.mu.Unlock()
}

// Unfinished returns the current requests, connections and tasks as [CutError] lists them.
// It lists tasks that do not finish by themselves only while the environment is ending.
// It is safe for concurrent use.
func (c *Context) Unfinished() []string {
	c.mu.Lock()
	endless := c.state == stateEnding
	c.mu.Unlock()
	return c.unfinished(func(r *entry) bool { return endless || !r.isEndless() })
}

// unfinished lists the requests, connections and tasks of the services that include
// returns true for.
func (c *Context) unfinished(include func(*entry) bool) (list []string) {
	c.mu.Lock()
	services := slices.Clone(c.services)
	c.mu.Unlock()
	for _, r := range services {
		if include(r) {
			list = append(list, r.unfinished()...)
		}
	}
	slices.Sort(list)
	return list
}

// Stop tells the environment to end. It does not wait, so a methlet can call it. It may be
// called before Run, more than once and concurrently.
func (c *Context) Stop() {
	c.setUp()
	c.stopOnce.Do(func() { close(c.stop) })
}

// Stopping returns a channel that is closed when the environment begins to end, after its
// listeners were closed. In methlets, tasks and ServeConn functions, use the function
// [Stopping] instead, which also covers [Context.Remove].
func (c *Context) Stopping() <-chan struct{} {
	c.setUp()
	return c.stopping
}

// Close ends the environment at once: unfinished requests are cut, even if the
// environment is already ending. Close does not wait. It may be called before Run, more
// than once and concurrently. If Run was not called, Close closes the listeners.
func (c *Context) Close() {
	c.Stop()
	c.cutOnce.Do(func() { close(c.cutNow) })
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state != stateNew {
		return
	}
	c.state = stateEnding
	close(c.stopping)
	for _, r := range c.services {
		r.cut()
	}
	c.services = nil
}
