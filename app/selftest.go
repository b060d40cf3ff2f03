package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/signal"
)

// testItself runs the plug-ins on a free port, behind the doors of every start, and
// has SelfTest try them.
func (a *App) testItself(stdout io.Writer) error {
	say := func(format string, args ...any) { fmt.Fprintf(stdout, format+"\n", args...) }
	test := a.SelfTest
	if test == nil {
		test = fetchHome
	}
	ctx, stop := signal.NotifyContext(context.Background(), endSignals...)
	defer stop()
	p, unchecked, err := a.openAside(ctx)
	if err != nil {
		return err
	}
	defer p.door.close()
	if unchecked != nil {
		say("Other users of this computer are not kept out: %v.", unchecked)
	}
	say("%s is running at %s", a.Name, p.server.URL())
	tested := make(chan error, 1)
	go func() {
		tested <- test(ctx, p.server.URL(), say)
		p.env.Stop() // in case the test has not asked for that
	}()
	err = p.env.Run(ctx)
	if err := errors.Join(<-tested, err, p.flush()); err != nil {
		return fmt.Errorf("self-test failed: %w", err)
	}
	say("Self-test passed.")
	return nil
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
