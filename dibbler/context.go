package dibbler

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

const (
	// defaultDrainTimeout is how long unfinished requests may take to finish.
	defaultDrainTimeout = 10 * time.Second

	// cutTimeout is how long Run waits for services to return after they were cut.
	cutTimeout = time.Second
)

// Context is an environment: servers, listeners and tasks that run and end together.
// It is not a [context.Context]; the name is from the original Dibbler. The zero value is
// ready to use. A Context can run once. It must not be copied after first use, nor its
// fields changed after Run was called.
//
// The environment ends when the context that Run was given is canceled, when Stop or
// Close is called, when a methlet returns [ErrShutdown], when a service fails, or when
// all services have ended by themselves. If services were removed, it waits until as many
// services have been added, and these have ended. The steps are:
//
//  1. All listeners are closed, so there are no new connections. Connections that have
//     been accepted, or wait in the system's backlog to be accepted, are kept.
//  2. Streams and tasks are told to finish; see [Stopping] and [Task].
//  3. Run waits for unfinished requests, connections and tasks, for up to DrainTimeout.
//  4. The contexts of unfinished requests and tasks are canceled, and unfinished
//     connections are cut. Run waits up to a second for them to return, and then returns a
//     [CutError].
//
// Idle connections do not delay the shutdown. If a connection has been idle for less than
// a quarter of a second, its client has the rest of that time to send a request. If a
// client keeps sending requests, the response to the last one that has arrived has the
// field "Connection: close".
type Context struct {
	// LaunchBrowser, if not nil, is called with the URL of the first server that has one,
	// once that server is listening. An example is OpenURL of github.com/pkg/browser. It
	// may block; Run does not wait for it. If it fails or panics, the environment keeps
	// running, and the URL is logged for the user to open.
	LaunchBrowser func(url string) error

	// DrainTimeout is how long Run waits for unfinished requests and other work when the
	// environment ends. Zero means 10 seconds.
	DrainTimeout time.Duration

	// Logger is used for errors and warnings. If nil, slog.Default is used.
	Logger *slog.Logger

	init     sync.Once
	stop     chan struct{} // closed by Stop
	stopOnce sync.Once
	cutNow   chan struct{} // closed by Close
	cutOnce  sync.Once
	stopping chan struct{} // closed after the listeners
	ended    chan struct{} // receives a value when a service ends

	mu        sync.Mutex
	state     state
	ran       bool // Run was called
	vacancies int  // services that were removed and not replaced yet
	services  []*entry
	errs      []error
}

type state int

const (
	stateNew state = iota // Run was not called yet
	stateRunning
	stateEnding
)

func (c *Context) setUp() {
	c.init.Do(func() {
		c.stop = make(chan struct{})
		c.cutNow = make(chan struct{})
		c.stopping = make(chan struct{})
		c.ended = make(chan struct{}, 1)
	})
}

// fail returns a function that ends the environment because of a listener's error.
func (c *Context) fail(logger func() *slog.Logger) func(error) {
	return func(err error) {
		logger().Error("dibbler: shutting down because a listener failed", "err", err)
		c.Stop()
	}
}

func (c *Context) logger() *slog.Logger { return cmp.Or(c.Logger, slog.Default()) }

// Add adds services and opens their listeners: when Add returns, their addresses are
// known, and clients can connect, but wait for Run. If the environment is running, the
// services start at once. If one of the services cannot be opened, none is added. Add
// returns an error if the environment is ending or has ended. It is safe for concurrent
// use.
func (c *Context) Add(services ...Service) error {
	c.setUp()
	c.mu.Lock()
	defer c.mu.Unlock()
	opened, err := c.open(services)
	if err != nil {
		for _, o := range opened {
			o.cut()
		}
		for _, s := range services {
			if s, ok := s.(*Server); ok {
				s.abandon()
			}
		}
		return err
	}
	c.services = append(c.services, opened...)
	c.vacancies = max(0, c.vacancies-len(opened))
	for _, r := range opened {
		r.added()
	}
	if c.state == stateRunning {
		for _, r := range opened {
			go c.serve(r)
		}
	}
	return nil
}

// open opens services, up to the first that fails. c.mu is held.
func (c *Context) open(services []Service) (opened []*entry, err error) {
	if c.state == stateEnding {
		return nil, errors.New("dibbler: cannot add to an environment that is ending or has ended")
	}
	if slices.Contains(services, nil) {
		return nil, errors.New("dibbler: cannot add nil; pass a service, such as &dibbler.Server{}")
	}
	for _, s := range services {
		r, err := s.open(c)
		if err != nil {
			return opened, err
		}
		opened = append(opened, &entry{service: s, runner: r})
	}
	return opened, nil
}

// Remove ends services while the environment runs. When Remove returns, their listeners
// are closed. Their unfinished requests may continue until the environment ends, and Run
// waits for them. A removed service can be added again. If one of the services was not
// added or has ended, Remove returns an error and removes the others. It is safe for
// concurrent use.
func (c *Context) Remove(services ...Service) error {
	c.setUp()
	removed, err := c.take(services)
	closing := closeListeners(removed)
	for range removed {
		err = errors.Join(err, <-closing)
	}
	for _, r := range removed {
		r.drain()
	}
	return err
}

// take marks services as removed, and returns those that are running.
func (c *Context) take(services []Service) (removed []*entry, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range services {
		i := slices.IndexFunc(c.services, func(r *entry) bool { return r.service == s && !r.removed })
		if i < 0 {
			err = errors.Join(err, fmt.Errorf("dibbler: cannot remove a %T that was not added or has ended", s))
			continue
		}
		r := c.services[i]
		if c.state == stateNew {
			r.cut() // it does not run yet
			c.services = slices.Delete(c.services, i, i+1)
			continue
		}
		r.removed = true // the service can be added again while this entry ends
		c.vacancies++
		removed = append(removed, r)
	}
	return removed, err
}

// Run runs the services and blocks until the environment has ended; see [Context]. It
// returns nil if all requests and other work were finished. Otherwise its error wraps a
// [*CutError], the error of a service that failed, or both. Run can be called once. If
// Stop or Close was called before, it returns at once.
func (c *Context) Run(ctx context.Context) error {
	c.setUp()
	c.mu.Lock()
	if c.ran {
		c.mu.Unlock()
		return errors.New("dibbler: Run was called before; a Context can run once")
	}
	c.ran = true
	if c.state == stateEnding { // Close was called
		c.mu.Unlock()
		return nil
	}
	c.state = stateRunning
	for _, r := range c.services {
		go c.serve(r)
	}
	url := c.url()
	c.mu.Unlock()
	if c.LaunchBrowser != nil && url != "" && !c.isStopped(ctx) {
		go c.launch(url)
	}
	c.waitForStop(ctx)
	return c.end()
}

// isStopped reports whether ctx is canceled or Stop was called.
func (c *Context) isStopped(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return true
	case <-c.stop:
		return true
	default:
		return false
	}
}

// url returns the URL of the first server that has one. c.mu is held.
func (c *Context) url() string {
	for _, r := range c.services {
		if s, ok := r.service.(*Server); ok && s.URL() != "" {
			return s.URL()
		}
	}
	return ""
}

func (c *Context) launch(url string) {
	msg := "dibbler: the browser did not open; please open " + url + " yourself"
	defer func() {
		if v := recover(); v != nil {
			c.logger().Error(msg, "panic", v, "stack", string(debug.Stack()))
		}
	}()
	if err := c.LaunchBrowser(url); err != nil {
		c.logger().Warn(msg, "err", err)
	}
}

// serve runs r, then removes it from c.services and sends to c.ended.
func (c *Context) serve(r *entry) {
	err := r.serve()
	c.mu.Lock()
	c.services = slices.DeleteFunc(c.services, func(s *entry) bool { return s == r })
	if err != nil {
		c.errs = append(c.errs, err)
	}
	c.mu.Unlock()
	if err != nil {
		c.Stop()
	}
	select {
	case c.ended <- struct{}{}:
	default: // a value that was not received yet is enough
	}
}

// waitForStop returns when ctx is canceled, Stop is called or no service is left.
func (c *Context) waitForStop(ctx context.Context) {
	for c.remaining() > 0 || c.isVacant() {
		select {
		case <-ctx.Done():
			return
		case <-c.stop:
			return
		case <-c.ended:
		}
	}
}

func (c *Context) isVacant() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.vacancies > 0
}

// remaining returns the number of services that have not ended.
func (c *Context) remaining() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.services)
}
