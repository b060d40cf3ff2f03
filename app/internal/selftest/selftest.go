// Package selftest runs -self-test: a copy of the program, without an icon or a browser,
// in folders of its own. An instance of the program may be running.
package selftest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"

	"github.com/dibbler-app/dibbler/app/internal/life"
	"github.com/dibbler-app/dibbler/app/internal/notice"
	"github.com/dibbler-app/dibbler/app/internal/pick"
	"github.com/dibbler-app/dibbler/app/internal/trial"
)

// A Test tests the program at url; see app.App.SelfTest.
type Test = func(ctx context.Context, url string, fetch func(method, page string) (text string, err error)) error

// Run runs test against a copy of app, an app.App. If test is nil, it fetches the home
// page. Run writes what it does to stdout.
func Run(app any, id, name string, test Test, stdout, stderr io.Writer) error {
	root, err := os.MkdirTemp("", id+"-self-test-")
	if err != nil {
		return err
	}
	say := func(format string, args ...any) { fmt.Fprintf(stdout, format+"\n", args...) }
	defer func() {
		if err := os.RemoveAll(root); err != nil {
			say("The folder of this test could not be removed: %v.", err) // always under Wine
		}
	}()
	p, err := trial.Start(app, trial.Config{
		Dir:    root,
		Args:   []string{"-no-browser", "-no-tray"},
		Stderr: stderr,
		Dialog: pick.None{},
		Browser: func(url string, opened func(error)) {
			say("Not opened in the browser during this test: %s", url)
			opened(nil)
		},
		Notify: func(n notice.Notice, shown func(error)) {
			say("Notice, not shown during this test: %q", n.Title)
			shown(nil)
		},
	})
	if err == nil {
		say("%s is running at %s", name, p.URL)
		if test == nil {
			test = fetchHome
		}
		// The first signal ends the test early. Before the program has started, and after the
		// first signal, a signal kills it.
		ctx, stop := signal.NotifyContext(context.Background(), life.Signals...)
		defer stop()
		context.AfterFunc(ctx, stop)
		context.AfterFunc(ctx, p.Shutdown)
		err = run(p, test, say)
	}
	if err != nil {
		return fmt.Errorf("self-test failed: %w", err)
	}
	say("Self-test passed.")
	return nil
}

func run(p *trial.Program, test Test, say func(format string, args ...any)) error {
	ctx, cancel := context.WithCancel(context.Background())
	tested := make(chan error, 1)
	go func() {
		tested <- test(ctx, p.URL, func(method, page string) (string, error) {
			say("%s %s%s", method, p.URL, page)
			return fetch(ctx, method, p.URL+page)
		})
		p.Shutdown() // in case the test has not shut it down
	}()
	err := p.Err()
	cancel()
	if p.Unchecked() != nil {
		say("Other users of this computer can use the program: %v.", p.Unchecked())
	}
	return errors.Join(<-tested, err)
}

func fetchHome(_ context.Context, _ string, fetch func(method, page string) (string, error)) error {
	_, err := fetch(http.MethodGet, "")
	return err
}

// fetch sends a request over a new connection and returns the text of the response. It
// does not use http.Client, which would add 0.4 MB to the memory of every program.
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
		err = fmt.Errorf("%s %s: the status is %s", method, url, resp.Status)
	}
	return string(body), err
}
