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

	"github.com/dibbler-app/dibbler/app/internal/trial"
)

// testItself tries the program out, whether it runs already or not, without an icon or a
// browser: SelfTest does so, or the home page is fetched.
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
	i, err := a.newTrial(trial.Config{
		Dir:    root,
		Args:   []string{"-no-browser", "-no-tray"},
		Stderr: stderr,
		Browser: func(url string, opened func(error)) {
			say("Here %s would be opened in the browser.", url)
			opened(nil)
		},
	})
	if err == nil {
		err = i.runTest(say)
	}
	if err != nil {
		return fmt.Errorf("self-test failed: %w", err)
	}
	say("Self-test passed.")
	return nil
}

func (i *invocation) runTest(say func(format string, args ...any)) error {
	stop := i.life.HandleSignals()
	defer stop()
	p, err := i.try()
	if err != nil {
		return err
	}
	say("%s is running at %s", i.Name, p.URL)
	ctx, cancel := context.WithCancel(i.life.Context())
	defer cancel()
	tested := make(chan error, 1)
	go func() {
		tested <- i.selfTest()(ctx, p.URL, func(method, page string) (string, error) {
			say("%s %s%s", method, p.URL, page)
			return fetch(ctx, method, p.URL+page)
		})
		p.Shutdown() // in case the test has not asked for that
	}()
	err = p.Err()
	if p.Unchecked() != nil {
		say("Other users of this computer are not kept out: %v.", p.Unchecked())
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
