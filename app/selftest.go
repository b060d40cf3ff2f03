package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	"github.com/dibbler-app/dibbler/app/internal/dirs"
	"github.com/dibbler-app/dibbler/app/internal/journal"
	"github.com/dibbler-app/dibbler/app/internal/launch"
	"github.com/dibbler-app/dibbler/app/internal/life"
	"github.com/dibbler-app/dibbler/app/internal/web"
)

// testItself runs the program with folders that are removed afterwards, on a free port,
// without an icon or a browser, whether it runs already or not, and has SelfTest try
// it.
func (a *App) testItself(stdout, stderr io.Writer) error {
	root, err := os.MkdirTemp("", a.ID+"-self-test-")
	if err != nil {
		return err
	}
	say := func(format string, args ...any) { fmt.Fprintf(stdout, format+"\n", args...) }
	defer func() {
		if err := os.RemoveAll(root); err != nil {
			say("The folder of this test is left: %v.", err) // by wine, which cannot remove folders so
		}
	}()
	folders, err := dirs.MakeIn(root)
	if err != nil {
		return err
	}
	i := &invocation{
		App:     a,
		opts:    options{noBrowser: true, noTray: true},
		stdout:  stdout,
		stderr:  stderr,
		folders: folders,
		journal: journal.Open(folders.State, false, stderr),
		life:    life.New(),
		upgrade: &launch.Upgrade{This: launch.ThisBuild(a.title())},
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
		tested <- i.selfTest()(ctx, p.url, func(method, page string) (string, error) {
			say("%s %s%s", method, p.url, page)
			return fetch(ctx, method, p.url+page)
		})
		i.life.Shutdown() // in case the test has not asked for that
	}()
	err = i.life.Run(func(error) error { return at.close() })
	if unchecked := at.filter.Unchecked(); unchecked != nil {
		say("Other users of this computer are not kept out: %v.", unchecked)
	}
	return errors.Join(<-tested, err)
}

// selfTest returns SelfTest, or in its place a test that fetches the home page.
func (a *App) selfTest() func(ctx context.Context, url string, fetch func(method, page string) (string, error)) error {
	if a.SelfTest != nil {
		return a.SelfTest
	}
	return func(_ context.Context, _ string, fetch func(method, page string) (string, error)) error {
		_, err := fetch(http.MethodGet, "")
		return err
	}
}

// fetch returns the answer to a request over a connection of its own. The client of
// net/http would add 0.4 MB to the memory of every program, for this alone.
func fetch(ctx context.Context, method, url string) (text string, err error) {
	req, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return "", err
	}
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", req.URL.Host)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if err := req.Write(conn); err != nil {
		return "", err
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s is answered with %s", method, url, resp.Status)
	}
	return string(body), err
}
