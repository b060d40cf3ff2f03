package launch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/plugins"
)

// pageTimeout limits the functions that choose a page, because the owner waits for it.
const pageTimeout = 10 * time.Second

// Pages holds the functions of the plug-ins that choose the page of a launch. The zero
// value has none. Its methods may be called concurrently.
type Pages struct {
	mu     sync.Mutex
	frozen bool
	funcs  []pageFunc
}

type pageFunc = func(ctx context.Context, args []string, dir string) (page string, err error)

// Add adds a function. It returns false after [Pages.Freeze].
func (p *Pages) Add(f func(ctx context.Context, args []string, dir string) (page string, err error)) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.frozen {
		p.funcs = append(p.funcs, f)
	}
	return !p.frozen
}

// Freeze ends the time for Add. It returns an error if there is no function for a program
// that opens something, or a function for a program that opens nothing.
func (p *Pages) Freeze(opens bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.frozen = true
	switch {
	case len(p.funcs) == 0 && opens:
		return errors.New("App.Opens is set, but no plug-in has called Tool.OnLaunch to open these files and addresses")
	case len(p.funcs) > 0 && !opens:
		return errors.New("a plug-in has called Tool.OnLaunch, but App.Opens is empty")
	}
	return nil
}

// Page returns the page of a launch from the folder dir with args. Call it after Freeze.
func (p *Pages) Page(ctx context.Context, args []string, dir string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, pageTimeout, fmt.Errorf("opening %q took longer than %v", args, pageTimeout))
	defer cancel()
	var page string
	done := make(chan error, 1)
	go func() {
		done <- plugins.Call("OnLaunch", func() (err error) {
			page, err = p.ask(ctx, args, dir)
			return err
		})
	}()
	select {
	case err := <-done:
		if err == nil && !loopback.IsPage(page) {
			err = fmt.Errorf("OnLaunch returned %q, which is not a page of the program", page)
		}
		if err != nil {
			return "/", err
		}
		return page, nil
	case <-ctx.Done():
		return "/", context.Cause(ctx)
	}
}

func (p *Pages) ask(ctx context.Context, args []string, dir string) (string, error) {
	for _, f := range p.funcs {
		if page, err := f(ctx, args, dir); page != "" || err != nil {
			return page, err
		}
	}
	return "", fmt.Errorf("no plug-in opens %q", args)
}
