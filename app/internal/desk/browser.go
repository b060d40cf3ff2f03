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

// openerArg makes the program one that opens its second argument in the browser,
// and nothing else.
const openerArg = "open-url"

// environ is what the program was started with. The browser gets it, and not our
// temporary folder, which is emptied while the browser runs on.
var environ = os.Environ()

// openTimeout is how long a browser that does not open has to say so.
const openTimeout = 5 * time.Second

// A Browser opens an address in the browser of the owner. It does not wait: it calls
// opened when the browser has opened, or with the reason why it has not.
type Browser func(url string, opened func(err error))

// SystemBrowser returns the browser of the system. Its output goes to the log at logPath.
func SystemBrowser(logPath string) Browser {
	return func(url string, opened func(err error)) {
		slog.Info("opening the browser", "url", url)
		go func() { opened(OpenURL(url, logPath)) }()
	}
}

// OpenURL opens url in the browser. The error says why the browser did not open,
// if that is known within five seconds. The browser's own output goes to the log
// at logPath.
func OpenURL(url, logPath string) error {
	return earlyError(func() error { return startOpener(url, logPath) })
}

// earlyError returns the result of open, or nil when that takes longer than a
// failure to open would. The browser's launcher may be the browser itself, which
// runs for as long as its owner likes; how it ends then does not matter.
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

// OpenOther opens the page of the program that runs already, at url. The launch
// does this, because it comes from the desktop where the owner is now, to which
// the program may have no access: it may have been started over SSH, or in a session
// that has ended.
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

// SayUnopened tells those who read the log or stderr where the page is.
func SayUnopened(stderr io.Writer, name, url string, err error) {
	slog.Warn("the browser did not open", "url", url, "err", err)
	fmt.Fprintf(stderr, "%s: the browser did not open (%v); please open %s in it\n", name, err, url)
}

// startOpener opens url from another process, which lives as long as the browser's
// launcher. It has a session of its own where the browser would be our child, so
// Ctrl-C in our terminal does not reach the browser, and our end does not break the
// file that it prints to. It also keeps the library's variables for the output from
// being shared by two calls. It prints why it has failed on standard output.
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
	if log, err := journal.Append(logPath); err == nil { // the browser's output is not worth failing for
		defer log.Close()
		cmd.Stderr = log
	}
	err = cmd.Run()
	if errors.Is(err, fs.ErrNotExist) { // the program was removed while it runs
		return open(url)
	}
	if err != nil {
		return errors.New(cmp.Or(strings.TrimSpace(reason.String()), err.Error()))
	}
	return nil
}

// Executable returns the path of this program's own file. On Linux the path stays
// good when the file is replaced or removed, as by an upgrade.
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
