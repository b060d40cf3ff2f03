package app

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/pkg/browser"
)

// openerArg makes the program one that opens its second argument in the browser,
// and nothing else.
const openerArg = "open-url"

// environ is what the program was started with. The browser gets it, and not our
// temporary folder, which is emptied while the browser runs on.
var environ = os.Environ()

// openTimeout is how long a browser that does not open has to say so.
const openTimeout = 5 * time.Second

// openURL opens url in the browser, and returns an error if it does not open. What
// it prints goes to the log at logPath.
func openURL(url, logPath string) error {
	return earlyError(func() error { return startOpener(url, logPath) })
}

// earlyError returns what open does, or nil when that takes longer than a failure
// to open would. The browser's launcher may be the browser itself, which runs for
// as long as its owner likes, and how it ends then is not for us.
func earlyError(open func() error) error {
	opened := make(chan error, 1)
	go func() { opened <- open() }()
	select {
	case err := <-opened:
		return err
	case <-time.After(openTimeout):
		return nil
	}
}

// startOpener opens url from another process, which lives as long as the browser's
// launcher. It has a session of its own where the browser would be our child, so
// Ctrl-C in our terminal does not reach the browser, and our end does not break what
// it prints to. In a process of its own, what the library prints to is not shared
// by two who open something at once either.
func startOpener(url, logPath string) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("finding this program's own file: %w", err)
	}
	cmd := exec.Command(exe, openerArg, url)
	cmd.Env = inSession(environ)
	cmd.SysProcAttr = ownSession
	if log, err := appendTo(logPath); err == nil { // what a browser prints is not worth failing for
		defer log.Close()
		cmd.Stdout, cmd.Stderr = log, log
	}
	return cmd.Run()
}

// browserOutput is how much of what a browser prints gets into the log. Some
// never stop.
const browserOutput = 4 << 10

// urlToOpen returns the address that openURL asks this process to open.
func urlToOpen(args []string) (url string, ok bool) {
	if len(args) != 2 || args[0] != openerArg {
		return "", false
	}
	return args[1], strings.HasPrefix(args[1], "http://127.0.0.1:")
}

func openHere(url string, stderr io.Writer) int {
	// Where there is no screen, a text browser may print the page itself, which is
	// not for the log.
	browser.Stdout, browser.Stderr = io.Discard, &limitedWriter{stderr, browserOutput}
	if err := browser.OpenURL(url); err != nil {
		fmt.Fprintln(stderr, err)
		return exitError
	}
	return exitOK
}

// A limitedWriter passes on the first bytes and swallows the rest.
type limitedWriter struct {
	to   io.Writer
	left int
}

func (w *limitedWriter) Write(p []byte) (int, error) {
	keep := p[:min(len(p), w.left)]
	w.left -= len(keep)
	if len(keep) > 0 {
		if _, err := w.to.Write(keep); err != nil {
			w.left = 0 // nobody listens any more; the browser need not know
		}
	}
	return len(p), nil
}
