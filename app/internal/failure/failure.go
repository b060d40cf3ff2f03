// Package failure shows the owner of a program why it could not start, why it ended, or
// why it cannot open something.
package failure

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/web"
	"github.com/dibbler-app/dibbler/dibbler"
)

// fetchTimeout is how long the page of a failure is served. A browser may have to be
// started first.
const fetchTimeout = time.Minute

// Show shows problem, in a message box on Windows and otherwise on a page in the browser,
// and returns when it was shown. name is the name of the program, what is what happened
// to it, such as "could not start", and log is the path of its log, or empty. Show
// returns an error if the page was not shown.
func Show(name, what, problem, log string) error {
	title := name + " " + what
	if runtime.GOOS == "windows" {
		desk.MessageBox(title, problem)
		return nil
	}
	return showPage(name, web.Failure{Title: title, Problem: problem, Log: log})
}

// showPage shows f in the browser. The page is served once. It is not a file, because
// Ubuntu's Firefox cannot read temporary and hidden folders.
func showPage(name string, f web.Failure) error {
	listeners, err := loopback.Listen(0)
	if err != nil {
		return err
	}
	url := loopback.URL(loopback.Port(listeners))
	refusals := new(web.Refusals)
	filter := web.NewOwnerFilter(refusals)
	defer filter.Close()
	server, err := web.NewFailure(f, web.Config{Name: name, Listeners: listeners, Filter: filter, Refusals: refusals})
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
		if err := desk.OpenURL(url, f.Log); err != nil {
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
