package desk

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/journal"
)

// openerArg, as the first argument, makes the program open its second argument in the
// browser and exit.
const openerArg = "open-url"

// environ is the environment at the start of the program. The browser gets this
// environment, without the program's temporary folder, which is emptied while the browser
// is still running.
var environ = os.Environ()

// openTimeout is how long OpenURL waits for the browser to fail.
const openTimeout = 5 * time.Second

// A Browser opens url in the owner's browser. It does not wait. It calls opened with nil
// when the browser has opened, or with the error.
type Browser func(url string, opened func(err error))

// SystemBrowser returns the system's browser. The browser's output goes to the log at
// logPath.
func SystemBrowser(logPath string) Browser {
	return func(url string, opened func(err error)) {
		slog.Info("opening the browser", "url", url)
		go func() { opened(OpenURL(url, logPath)) }()
	}
}

// OpenURL opens url in the browser. It returns an error if the browser fails within five
// seconds. The browser's output goes to the log at logPath.
func OpenURL(url, logPath string) error {
	return earlyError(func() error { return startOpener(url, logPath) })
}

// earlyError returns the result of open, or nil if open takes longer than openTimeout.
// open may run the browser itself, which returns when the owner closes it; its result
// does not matter then.
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

// otherTimeout is how long OpenOther waits for the browser to fail.
const otherTimeout = 2 * time.Second

// OpenOther opens url, a page of the running instance. The launch does this and not the
// instance, because the launch comes from the owner's current desktop. The instance may
// have no access to it, if it was started over SSH or in a session that has ended.
func OpenOther(ctx context.Context, browser Browser, name, url string, stderr io.Writer) {
	opened := make(chan error, 1)
	browser(url, func(err error) { opened <- err })
	select {
	case err := <-opened:
		if err != nil {
			SayUnopened(stderr, name, url, err)
		}
	case <-time.After(otherTimeout):
	case <-ctx.Done():
	}
}

// SayUnopened writes to the log and to stderr that the browser did not open url.
func SayUnopened(stderr io.Writer, name, url string, err error) {
	slog.Warn("the browser did not open", "url", url, "err", err)
	fmt.Fprintf(stderr, "%s: the browser did not open (%v); please open %s in your browser\n", name, err, url)
}

// startOpener opens url from another process, which runs as long as the browser's
// launcher. On systems where the browser would be a child of the program, the process has
// its own session, so Ctrl-C in the program's terminal does not reach the browser, and
// the browser's output stays open when the program ends. A process for each call is also
// necessary because the library has global variables for the output. The process prints
// its error to standard output.
func startOpener(url, logPath string) error {
	exe, err := Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(exe, openerArg, url)
	cmd.Env = inSession(environ)
	cmd.SysProcAttr = ownSession
	var reason bytes.Buffer
	cmd.Stdout = &reason
	if log, err := journal.Append(logPath); err == nil { // without a log, the browser's output is lost
		defer log.Close()
		cmd.Stderr = log
	}
	err = cmd.Run()
	if errors.Is(err, fs.ErrNotExist) { // the program file was removed
		return open(url)
	}
	if err != nil {
		return errors.New(cmp.Or(strings.TrimSpace(reason.String()), err.Error()))
	}
	return nil
}

// Executable returns the path of this program's file. On Linux the path remains valid
// when the file is replaced or removed, for example by an upgrade.
func Executable() (string, error) {
	if runtime.GOOS == "linux" {
		const self = "/proc/self/exe"
		if _, err := os.Stat(self); err == nil {
			return self, nil
		}
	}
	exe, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("finding this program's own file: %w", err)
	}
	return exe, nil
}
