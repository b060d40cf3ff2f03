package desk

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"

	"github.com/pkg/browser"
)

// maxBrowserOutput limits the browser's output in the log, because some browsers print
// without end.
const maxBrowserOutput = 4 << 10

// URLToOpen returns the URL that OpenURL has started this process to open, if any.
func URLToOpen(args []string) (url string, ok bool) {
	if len(args) != 2 || args[0] != openerArg {
		return "", false
	}
	return args[1], strings.HasPrefix(args[1], "http://127.0.0.1:")
}

// OpenHere opens url from this process and waits for the browser's launcher, which may be
// the browser itself.
func OpenHere(url string, stderr io.Writer) error {
	// Without a screen, a text browser may print the page to standard output.
	browser.Stdout, browser.Stderr = io.Discard, &limitedWriter{stderr, maxBrowserOutput}
	return open(url)
}

func open(url string) error {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return browser.OpenURL(url)
	}
	path, err := findOpener()
	if err != nil {
		if cmd := fromEnvironment(os.Getenv("BROWSER"), url); cmd != nil {
			cmd.Stdout, cmd.Stderr = browser.Stdout, browser.Stderr
			return named(cmd.Path, cmd.Run())
		}
		return err
	}
	if err := checkScreen(path); err != nil {
		return err
	}
	return named(path, browser.OpenURL(url))
}

// named adds the program and the meaning of its exit status to err.
func named(path string, err error) error {
	exit, ok := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil:
		return nil
	case ok && exit.ExitCode() == 3 && strings.HasSuffix(path, "xdg-open"):
		return fmt.Errorf("%s has found no browser; install one", path)
	default:
		return fmt.Errorf("%s: %w", path, err)
	}
}

// fromEnvironment returns the first installed command of the variable BROWSER, or nil.
// The variable has commands separated by colons. In a command, %s means the URL;
// otherwise the URL is the last argument.
func fromEnvironment(variable, url string) *exec.Cmd {
	for command := range strings.SplitSeq(variable, ":") {
		args := strings.Fields(command)
		if len(args) == 0 {
			continue
		}
		if _, err := exec.LookPath(args[0]); err != nil {
			continue
		}
		if strings.Contains(command, "%s") {
			for i := range args {
				args[i] = strings.ReplaceAll(args[i], "%s", url)
			}
		} else {
			args = append(args, url)
		}
		return exec.Command(args[0], args[1:]...)
	}
	return nil
}

// findOpener returns the program with which the library opens the browser.
func findOpener() (string, error) {
	for _, name := range []string{"xdg-open", "x-www-browser", "www-browser"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("none of xdg-open, x-www-browser and www-browser is installed, and BROWSER names no browser; install xdg-utils")
}

// FindBrowser describes how the browser opens on this computer, or returns an error.
func FindBrowser() (string, error) {
	if runtime.GOOS == "windows" || runtime.GOOS == "darwin" {
		return "the system opens it", nil
	}
	path, err := findOpener()
	if err != nil {
		if cmd := fromEnvironment(os.Getenv("BROWSER"), ""); cmd != nil {
			return cmd.Path + ", from the variable BROWSER", nil
		}
		return "", err
	}
	return path, checkScreen(path)
}

// checkScreen returns an error if opener cannot show a page. Without a screen, it may start
// a text browser, whose output nobody sees.
func checkScreen(opener string) error {
	if os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" && os.Getenv("BROWSER") == "" {
		return fmt.Errorf("there is %s, but no screen: neither DISPLAY nor WAYLAND_DISPLAY is set; start the program on a desktop, or open its address yourself", opener)
	}
	return nil
}

// A limitedWriter writes the first bytes and drops the rest.
type limitedWriter struct {
	to   io.Writer
	left int
}

func (w *limitedWriter) Write(p []byte) (int, error) {
	keep := p[:min(len(p), w.left)]
	w.left -= len(keep)
	if len(keep) > 0 {
		if _, err := w.to.Write(keep); err != nil {
			w.left = 0 // the reader has gone; the browser need not know
		}
	}
	return len(p), nil
}
