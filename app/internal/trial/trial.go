// Package trial runs programs of package app for package apptest and for -self-test. All
// files of such a program are in one folder, and its desktop is a fake. Its server and
// checks are real. It does not change the state of the process.
package trial

import (
	"io"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/notice"
	"github.com/dibbler-app/dibbler/app/internal/pick"
)

// A Config is the configuration of a program.
type Config struct {
	Dir     string       // the folder for the program's files; must exist and be empty and private
	Args    []string     // arguments of the command line; the default port is any free one
	Browser desk.Browser // a fake
	Notify  notice.Show  // a fake
	Dialog  pick.Dialog  // a fake
	Stderr  io.Writer    // for messages to the owner that no page shows
}

// A Program is a running program. Its functions may be called concurrently.
type Program struct {
	URL  string // the URL of the home page
	Desk *desk.Desk

	// Launch starts the program a second time, with these arguments of the command line.
	// It returns the page that opens, or the error that the owner is shown.
	Launch func(args []string) (page string, err error)

	// Shutdown asks the program to end. It does not wait.
	Shutdown func()

	// Unchecked returns why connections of other users are not refused, or nil if they are.
	Unchecked func() error

	// Ended is closed when the program has ended. Err waits for the end and returns the
	// error.
	Ended <-chan struct{}
	Err   func() error
}

// Start starts a program; app is an app.App. Package app sets Start.
var Start func(app any, c Config) (*Program, error)

// NewTool returns an *app.Tool without a server, and a function that ends it. Package app
// sets NewTool.
var NewTool func(c Config) (tool any, end func() error, err error)
