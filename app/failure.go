package app

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

// A failure is what the owner of a program that has failed is told beside the
// error.
type failure struct {
	what string // has happened to the program: it "could not start"
	log  string // the file that the error was logged to; empty: there is none
}

// failed brings the failure of a program that was double-clicked, or that started at
// login, to its owner, who sees no standard error. It returns err for those who do,
// with what went wrong in doing so.
func (a *App) failed(opts options, f failure, stderr io.Writer, err error) error {
	switch {
	case isTerminal(stderr):
		return err
	case runtime.GOOS == "windows":
		messageBox(a.Name+" "+f.what, err.Error())
		return err
	case opts.noBrowser && f.log != "":
		return err // it is in the log
	}
	if showErr := a.showFailure(f, err); showErr != nil {
		return fmt.Errorf("%w\n(this could not be shown in the browser: %w)", err, showErr)
	}
	return err
}

// fetchTimeout is how long the page of a failure is there to be fetched: a browser
// may have to be started first.
const fetchTimeout = time.Minute

// showFailure shows problem in the browser. The page is served once: a file would
// not do, because Ubuntu's Firefox sees neither temporary nor hidden folders.
func (a *App) showFailure(f failure, problem error) error {
	if _, err := findBrowser(); err != nil {
		return err
	}
	var page bytes.Buffer
	err := templates().ExecuteTemplate(&page, "failure.html", struct{ Title, Problem, Log string }{
		a.Name + " " + f.what, problem.Error(), f.log,
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	p, _, err := (&App{Name: a.Name, Plugins: []any{failurePage(page.Bytes())}}).openAside(ctx)
	if err != nil {
		return err
	}
	defer p.door.close()
	unopened := make(chan error, 1)
	go func() {
		if err := openURL(p.server.URL(), f.log); err != nil {
			unopened <- err
			p.env.Stop()
		}
	}()
	err = p.env.Run(ctx)
	select {
	case err = <-unopened:
	case <-ctx.Done():
		err = fmt.Errorf("no browser has fetched it within %v", fetchTimeout)
	default:
	}
	return err
}

// A failurePage is the plug-in that serves a page once, and ends.
type failurePage []byte

func (page failurePage) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	if _, err := w.Write(page); err != nil {
		return err
	}
	return dibbler.ErrShutdown
}

// isTerminal reports whether w is seen by a person.
func isTerminal(w io.Writer) bool {
	if o, ok := w.(*output); ok {
		w = o.to
	}
	f, ok := w.(*os.File)
	return ok && isConsole(f)
}
