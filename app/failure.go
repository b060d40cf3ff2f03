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

// A failure is what the owner of a program that has failed is told beside the
// error.
type failure struct {
	what string // has happened to the program: it "could not start"
	log  string // the log's file; empty: there is none
}

// failed brings the failure of a program that was double-clicked to its owner,
// who sees no standard error. It returns err for those who do, with what went
// wrong in doing so.
func (a *App) failed(opts options, f failure, stderr io.Writer, err error) error {
	if opts.noBrowser || isTerminal(stderr) {
		return err
	}
	if runtime.GOOS == "windows" {
		messageBox(a.Name+" "+f.what, err.Error())
		return err
	}
	if showErr := a.showFailure(f, err); showErr != nil {
		return fmt.Errorf("%w\n(this could not be shown in the browser: %w)", err, showErr)
	}
	return err
}

// showFailure shows problem in the browser, from a file: there is no server.
func (a *App) showFailure(f failure, problem error) error {
	var page bytes.Buffer
	err := templates().ExecuteTemplate(&page, "failure.html", struct{ Title, Problem, Log string }{
		a.Name + " " + f.what, problem.Error(), f.log,
	})
	if err != nil {
		return err
	}
	// The folder is new, private and left behind: the browser reads the file when
	// it gets to it.
	dir, err := os.MkdirTemp("", a.ID+"-")
	if err != nil {
		return err
	}
	file := filepath.Join(dir, "problem.html")
	if err := os.WriteFile(file, page.Bytes(), 0o600); err != nil {
		return err
	}
	return openURL((&url.URL{Scheme: "file", Path: file}).String(), f.log)
}

// isTerminal reports whether w is seen by a person.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && isConsole(f)
}
