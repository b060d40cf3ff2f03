package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/dibbler-app/dibbler/app/internal/dirs"
	"github.com/dibbler-app/dibbler/app/internal/journal"
	"github.com/dibbler-app/dibbler/app/internal/life"
	"github.com/dibbler-app/dibbler/app/internal/web"
)

// testItself runs the program with folders that are removed afterwards, on a free port,
// without an icon or a browser, whether it runs already or not, and has SelfTest try
// it.
func (a *App) testItself(stdout, stderr io.Writer) (err error) {
	root, err := os.MkdirTemp("", a.ID+"-self-test-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(root)) }()
	folders, err := dirs.MakeIn(root)
	if err != nil {
		return err
	}
	say := func(format string, args ...any) { fmt.Fprintf(stdout, format+"\n", args...) }
	i := &invocation{
		App:     a,
		opts:    options{noBrowser: true, noTray: true},
		stdout:  stdout,
		stderr:  stderr,
		folders: folders,
		journal: journal.Open(folders.State, false, stderr),
		life:    life.New(),
		upgrade: &upgrade{this: a.thisBuild()},
		openURL: func(url string) error { say("Here %s would be opened in the browser.", url); return nil },
	}
	if err := errors.Join(i.runTest(say), i.journal.Close()); err != nil {
		return fmt.Errorf("self-test failed: %w", err)
	}
	say("Self-test passed.")
	return nil
}

func (i *invocation) runTest(say func(format string, args ...any)) error {
	stop := i.life.HandleSignals()
	defer stop()
	refusals := new(web.Refusals)
	at := place{filter: web.NewOwnerFilter(refusals), refusals: refusals}
	p, err := life.Start(i.life, func(context.Context) (*program, error) { return i.open(at) })
	if err != nil {
		return errors.Join(err, at.close())
	}
	say("%s is running at %s", i.Name, p.url)
	tested := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithCancel(i.life.Context())
		defer cancel()
		tested <- i.selfTest()(ctx, p.url, say)
		i.life.Shutdown() // in case the test has not asked for that
	}()
	err = i.life.Run(func(error) error { return at.close() })
	if unchecked := at.filter.Unchecked(); unchecked != nil {
		say("Other users of this computer are not kept out: %v.", unchecked)
	}
	return errors.Join(<-tested, err)
}

func (a *App) selfTest() func(ctx context.Context, url string, say func(format string, args ...any)) error {
	if a.SelfTest != nil {
		return a.SelfTest
	}
	return fetchHome
}

func fetchHome(ctx context.Context, url string, say func(string, ...any)) error {
	say("Fetching %s", url)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, resp.Status)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}
