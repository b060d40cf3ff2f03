package app

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
)

// failed brings a failed start to the owner of a program that was
// double-clicked, who sees no standard error. It returns err for those who do,
// with what went wrong in doing so.
func (a *App) failed(opts options, log string, stderr io.Writer, err error) error {
	if opts.noBrowser || isTerminal(stderr) {
		return err
	}
	text := fmt.Sprintf("%v", err)
	if runtime.GOOS == "windows" {
		messageBox(a.Name+" could not start", text)
		return err
	}
	if showErr := a.showFailure(text, log); showErr != nil {
		return fmt.Errorf("%w\n(this could not be shown in the browser: %w)", err, showErr)
	}
	return err
}

// showFailure shows text in the browser, from a file: there is no server.
func (a *App) showFailure(text, log string) error {
	var page bytes.Buffer
	err := templates.ExecuteTemplate(&page, "failure.html", struct{ Name, Problem, Log string }{a.Name, text, log})
	if err != nil {
		return err
	}
	// The folder is new, private and left behind: the browser reads the file when
	// it gets to it.
	dir, err := os.MkdirTemp("", a.ID+"-")
	if err != nil {
		return err
	}
	file := filepath.Join(dir, "could-not-start.html")
	if err := os.WriteFile(file, page.Bytes(), 0o600); err != nil {
		return err
	}
	return openURL((&url.URL{Scheme: "file", Path: file}).String(), &journal{path: log})
}

// isTerminal reports whether w is seen by a person.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
