package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/signal"

	"github.com/dibbler-app/dibbler/app/internal/life"
)

// testItself runs the plug-ins on a free port, behind the checks of every start, and
// has SelfTest try them.
func (a *App) testItself(stdout io.Writer) error {
	say := func(format string, args ...any) { fmt.Fprintf(stdout, format+"\n", args...) }
	test := a.SelfTest
	if test == nil {
		test = fetchHome
	}
	ctx, stop := signal.NotifyContext(context.Background(), life.Signals...)
	defer stop()
	s, err := a.openAside()
	if err != nil {
		return err
	}
	defer s.filter.Close()
	say("%s is running at %s", a.Name, s.url)
	tested := make(chan error, 1)
	go func() {
		tested <- test(ctx, s.url, say)
		s.env.Stop() // in case the test has not asked for that
	}()
	err = s.env.Run(ctx)
	if unchecked := s.filter.Unchecked(); unchecked != nil {
		say("Other users of this computer are not kept out: %v.", unchecked)
	}
	if err := errors.Join(<-tested, err, life.Flush(a.Plugins)); err != nil {
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
