package app

import (
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"

	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/pkg/browser"
)

// run is the life of the program. It returns when the program has ended.
func (a *App) run(opts options, signals <-chan os.Signal, stdout io.Writer) error {
	env := new(dibbler.Context)
	if !opts.noBrowser {
		// What browsers print is not for who reads our output.
		browser.Stdout, browser.Stderr = nil, nil
		env.LaunchBrowser = browser.OpenURL
	}
	server, err := a.open(env, opts.port)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s is running at %s\n", a.Name, server.URL())
	return runUntilSignal(env, signals)
}

// open registers the plug-ins and takes the port.
func (a *App) open(env *dibbler.Context, port int) (*dibbler.Server, error) {
	server := &dibbler.Server{Addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port))}
	if err := server.Register(a.Plugins...); err != nil {
		return nil, err
	}
	if err := env.Add(server); err != nil {
		return nil, fmt.Errorf("%w\nIs the program running already? Another port is tried with -port", err)
	}
	return server, nil
}

// runUntilSignal runs env. A signal ends it gracefully, and a second one at
// once.
func runUntilSignal(env *dibbler.Context, signals <-chan os.Signal) error {
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		for _, end := range []func(){env.Stop, env.Close} {
			select {
			case <-signals:
				end()
			case <-ended:
				return
			}
		}
	}()
	return env.Run(context.Background())
}
