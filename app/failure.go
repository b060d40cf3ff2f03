package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/stdio"
	"github.com/dibbler-app/dibbler/app/internal/web"
	"github.com/dibbler-app/dibbler/dibbler"
)

const (
	couldNotStart = "could not start"
	couldNotOpen  = "could not open this"
)

// An openError means that a file or address of a launch cannot be opened.
type openError struct{ error }

func (e *openError) Unwrap() error { return e.error }

// A failure describes an error of the program for its owner.
type failure struct {
	what string // after the name of the program, such as "could not start"
	log  string // the path of the log that has the error; may be empty
}

// showFailure shows err to the owner of a program that was started with a double-click or
// at login, without a terminal for standard error. It returns err, with the reason if it
// could not be shown.
func (a *App) showFailure(opts options, f failure, stderr io.Writer, err error) error {
	switch {
	case stdio.IsTerminal(stderr), opts.dev:
		return err
	case runtime.GOOS == "windows":
		desk.MessageBox(a.Name+" "+f.what, err.Error())
		return err
	case opts.noBrowser && f.log != "":
		return err // it is in the log
	}
	if showErr := a.showFailurePage(f, err); showErr != nil {
		return fmt.Errorf("%w\n(this could not be shown in the browser: %w)", err, showErr)
	}
	return err
}

// fetchTimeout is how long the page of a failure is served. A browser may have to be
// started first.
const fetchTimeout = time.Minute

// showFailurePage shows problem in the browser. The page is served once. It is not a
// file, because Ubuntu's Firefox cannot read temporary and hidden folders.
func (a *App) showFailurePage(f failure, problem error) error {
	listeners, err := loopback.Listen(0)
	if err != nil {
		return err
	}
	url := loopback.URL(loopback.Port(listeners))
	refusals := new(web.Refusals)
	filter := web.NewOwnerFilter(refusals)
	defer filter.Close()
	server, err := web.NewFailure(web.Failure{Title: a.Name + " " + f.what, Problem: problem.Error(), Log: f.log},
		web.Config{Name: a.Name, Listeners: listeners, Filter: filter, Refusals: refusals})
	if err != nil {
		return errors.Join(err, loopback.Close(listeners))
	}
	var env dibbler.Context
	if err := env.Add(server); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	unopened := make(chan error, 1)
	go func() {
		if err := desk.OpenURL(url, f.log); err != nil {
			unopened <- err
			env.Stop()
		}
	}()
	err = env.Run(ctx)
	select {
	case err = <-unopened:
	case <-ctx.Done():
		err = fmt.Errorf("no browser opened it within %v", fetchTimeout)
	default:
	}
	return err
}

// showUnopened tells the owner why a file or address of this launch cannot be opened.
func (i *invocation) showUnopened(err error) {
	slog.Error("not opened", "err", err)
	err = i.showFailure(i.opts, failure{couldNotOpen, i.journal.Path()}, i.stderr, err)
	fmt.Fprintf(i.stderr, "%s: %v\n", i.Name, err)
}
