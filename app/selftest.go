package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/signal"

	"github.com/dibbler-app/dibbler/dibbler"
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
	p := a.newProgram(nil, nil)
	door, unchecked, err := newOwnerDoor(ctx, func() bool { return false }, p.refusals)
	if err != nil {
		return err
	}
	defer door.close()
	if unchecked != nil {
		say("Other users of this computer are not kept out: %v.", unchecked)
	}
	p.door = door
	if err := p.openToTest(); err != nil {
		return err
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

// openToTest adds a server of nothing but the plug-ins, at a free port.
func (p *program) openToTest() error {
	at, err := listenBoth(0)
	if err != nil {
		return err
	}
	p.port = portOf(at)
	p.server = &dibbler.Server{Listeners: at, Wrap: p.behindDoor}
	if err := p.server.Register(append([]any{p.door}, p.Plugins...)...); err != nil {
		return errors.Join(err, closeAll(at))
	}
	return p.env.Add(p.server)
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
