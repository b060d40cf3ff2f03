//go:build !darwin

package app

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/pkg/browser"
)

// openerArg makes the program one that opens its second argument in the browser,
// and nothing else.
const openerArg = "open-url"

// environ is what the program was started with. The browser gets it, and not our
// temporary folder, which is emptied while the browser runs on.
var environ = os.Environ()

// openURL opens url from another process, which lives as long as the browser's
// launcher, often the browser itself. It has a session of its own where there
// are any, so Ctrl-C in our terminal does not reach the browser, and our end does
// not break what it prints to.
func openURL(url, logPath string) error {
	exe, err := os.Executable()
	if err != nil {
		return fmt.Errorf("finding this program's own file: %w", err)
	}
	cmd := exec.Command(exe, openerArg, url)
	cmd.Env = environ
	cmd.SysProcAttr = ownSession
	if log, err := appendTo(logPath); err == nil { // what a browser prints is not worth failing for
		defer log.Close()
		cmd.Stdout, cmd.Stderr = log, log
	}
	return cmd.Run()
}

// urlToOpen returns the address that openURL asks this process to open.
func urlToOpen(args []string) (url string, ok bool) {
	if len(args) != 2 || args[0] != openerArg {
		return "", false
	}
	return args[1], strings.HasPrefix(args[1], "http://127.0.0.1:") || strings.HasPrefix(args[1], "file:///")
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
