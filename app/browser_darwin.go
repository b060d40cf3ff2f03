package app

import (
	"io"

	"github.com/pkg/browser"
)

// openURL opens url. The system starts the browser, not we, so it is no child of
// ours that a Ctrl-C could reach.
func openURL(url, logPath string) error {
	browser.Stdout, browser.Stderr = io.Discard, io.Discard
	if log, err := appendTo(logPath); err == nil { // what is printed is not worth failing for
		defer log.Close()
		browser.Stderr = &limitedWriter{log, browserOutput}
	}
	return browser.OpenURL(url)
}

// urlToOpen is for systems where another process opens the browser.
func urlToOpen([]string) (string, bool) { return "", false }

func openHere(string, io.Writer) int { return exitUsage }
