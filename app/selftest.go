package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/dibbler-app/dibbler/dibbler"
)

// testItself runs the program on a free port and has SelfTest try it.
func (a *App) testItself(signals <-chan os.Signal, stdout io.Writer) error {
	say := func(format string, args ...any) { fmt.Fprintf(stdout, format+"\n", args...) }
	test := a.SelfTest
	if test == nil {
		test = fetchHome
	}
	env := new(dibbler.Context)
	server, err := a.open(env, 0)
	if err != nil {
		return err
	}
	say("%s is running at %s", a.Name, server.URL())
	tested := make(chan error, 1)
	go func() {
		tested <- test(context.Background(), server.URL(), say)
		env.Stop() // in case the test has not asked for that
	}()
	err = runUntilSignal(env, signals)
	if err := errors.Join(<-tested, err); err != nil {
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
