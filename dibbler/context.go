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
	// defaultDrainTimeout is how long what is in flight may take to finish.
	defaultDrainTimeout = 10 * time.Second

	// cutTimeout is how long Run waits for what was cut to notice.
	cutTimeout = time.Second
)

// Context is an independent environment: any number of servers, listeners and
// tasks that run and end together. It is not a [context.Context]; the word is
// the original's. The zero value is ready to use, for one Run. A Context must
// not be copied after first use.
//
// An environment ends when its Run is cancelled, when Stop or Close is called,
// when a methlet returns [ErrShutdown], when a service fails, or when all have
// ended by themselves, not by Remove. It then
//
//  1. closes every listener, so that no new connection appears; those that are
//     there, accepted or in the system's queue, are kept,
//  2. tells the answers that would never end ([Stopping]) and the tasks,
//  3. lets what is in flight finish, for DrainTimeout at most,
//  4. cancels and cuts what is left, gives it a second to return, and reports it
//     as a [CutError].
//
// Connections that wait for a request do not delay the end. Those that began to
// wait in the last quarter of a second are given the rest of it to send one. A
// client that goes on asking is told to hang up with the answer to the last of the
// requests that have come by then.
type Context struct {
	// LaunchBrowser, if it is not nil, is called with the home page's address of
	// the first server that has a URL, when that is listening; an example is OpenURL of
	// github.com/pkg/browser. It may block: Run does not wait for it. If it fails
	// or panics, the address is logged for the person to open, and the environment runs on.
	LaunchBrowser func(url string) error

	// DrainTimeout bounds the time that what is in flight has to finish. Zero means
	// 10 seconds.
	DrainTimeout time.Duration

	// Logger gets what goes wrong. Nil means slog.Default.
	Logger *slog.Logger

	init     sync.Once
	stop     chan struct{} // closed by Stop
	stopOnce sync.Once
	cutNow   chan struct{} // closed by Close
	cutOnce  sync.Once
	stopping chan struct{} // closed when the listeners are
	ended    chan struct{} // gets a value when a service ends

	mu        sync.Mutex
	state     state
	ran       bool // Run was called
	vacancies int  // services that were removed, and not replaced by others yet
	services  []*running
	errs      []error
}

type state int

const (
	gathering state = iota // services are added and not yet run
	runs
	ending
)

func (c *Context) setUp() {
	c.init.Do(func() {
		c.stop = make(chan struct{})
		c.cutNow = make(chan struct{})
		c.stopping = make(chan struct{})
		c.ended = make(chan struct{}, 1)
	})
}

// fail returns what ends the environment because one of its listeners has failed.
func (c *Context) fail(logger func() *slog.Logger) func(error) {
	return func(err error) {
		logger().Error("dibbler: the environment ends", "err", err)
		c.Stop()
	}
}

func (c *Context) logger() *slog.Logger { return cmp.Or(c.Logger, slog.Default()) }

// Add adds services. Each is opened at once: when Add returns, addresses are
// taken and known, and clients that connect wait for Run. If one cannot be
// opened, none is added. While the environment runs, the services are run at
// once; when it ends or has ended, Add fails. It is safe for concurrent use.
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
			if s != nil {
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
	if c.state == runs {
		for _, r := range opened {
			go c.serve(r)
		}
	}
	return nil
}

// open opens services, up to the first that fails. c.mu is held.
func (c *Context) open(services []Service) (opened []*running, err error) {
	if c.state == ending {
		return nil, errors.New("dibbler: cannot add to an environment that ends")
	}
	if slices.Contains(services, nil) {
		return nil, errors.New("dibbler: cannot add nil; pass a service, such as &dibbler.Server{}")
	}
	for _, s := range services {
		r, err := s.open(c)
		if err != nil {
			return opened, err
		}
		opened = append(opened, &running{service: s, runner: r})
	}
	return opened, nil
}

// Remove ends services of a running environment: their listeners are closed when
// it returns, and what is in flight finishes in its own time, before Run
// returns. A service that was removed can be added again. Remove is safe for
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

// take marks services as removed, and returns those that are served.
func (c *Context) take(services []Service) (removed []*running, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range services {
		i := slices.IndexFunc(c.services, func(r *running) bool { return r.service == s && !r.removed })
		if i < 0 {
			err = errors.Join(err, fmt.Errorf("dibbler: cannot remove a %T that is not here", s))
			continue
		}
		r := c.services[i]
		if c.state == gathering {
			r.cut() // nothing of it is served yet
			c.services = slices.Delete(c.services, i, i+1)
			continue
		}
		r.removed = true // it can be added again while this one ends
		c.vacancies++
		removed = append(removed, r)
	}
	return removed, err
}

// Run runs the services until the environment ends, for which see [Context]. It
// returns nil if all that was in flight has finished. Otherwise its error holds
// a [*CutError], the error of a service that failed, or both. It can be called
// once, and returns at once if Stop or Close was called before.
func (c *Context) Run(ctx context.Context) error {
	c.setUp()
	c.mu.Lock()
	if c.ran {
		c.mu.Unlock()
		return errors.New("dibbler: this Context runs or has ended; a Context runs once")
	}
	c.ran = true
	if c.state == ending { // closed before
		c.mu.Unlock()
		return nil
	}
	c.state = runs
	for _, r := range c.services {
		go c.serve(r)
	}
	url := c.url()
	c.mu.Unlock()
	if c.LaunchBrowser != nil && url != "" && !c.toldToEnd(ctx) {
		go c.launch(url)
	}
	c.untilStop(ctx)
	return c.end()
}

// toldToEnd reports whether there is a reason to end already.
func (c *Context) toldToEnd(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return true
	case <-c.stop:
		return true
	default:
		return false
	}
}

// url returns the address of the first server's home page that has one. c.mu is held.
func (c *Context) url() string {
	for _, r := range c.services {
		if s, ok := r.service.(*Server); ok && s.URL() != "" {
			return s.URL()
		}
	}
	return ""
}

func (c *Context) launch(url string) {
	said := "dibbler: the browser did not open; please open " + url + " in it"
	defer func() {
		if v := recover(); v != nil {
			c.logger().Error(said, "panic", v, "stack", string(debug.Stack()))
		}
	}()
	if err := c.LaunchBrowser(url); err != nil {
		c.logger().Warn(said, "err", err)
	}
}

// serve runs r and takes note of its end.
func (c *Context) serve(r *running) {
	err := r.serve()
	c.mu.Lock()
	c.services = slices.DeleteFunc(c.services, func(s *running) bool { return s == r })
	if err != nil {
		c.errs = append(c.errs, err)
	}
	c.mu.Unlock()
	if err != nil {
		c.Stop()
	}
	select {
	case c.ended <- struct{}{}:
	default: // one note is enough for any number of ends
	}
}

// untilStop waits for a reason to end.
func (c *Context) untilStop(ctx context.Context) {
	for c.left() > 0 || c.isVacant() {
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

func (c *Context) left() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.services)
}
