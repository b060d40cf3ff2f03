// Package trial lets package apptest and -self-test run a program of package app. All files
// of such a program are in one folder, and its desktop is a fake; its server and checks are
// real. It changes nothing that belongs to the whole process.
package trial

import (
	"io"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/notice"
	"github.com/dibbler-app/dibbler/app/internal/pick"
)

// A Config says how to run a program.
type Config struct {
	Dir     string       // for the program's files; it exists, and is empty and private
	Args    []string     // of the command line; without a port, the program takes any free one
	Browser desk.Browser // a fake
	Notify  notice.Show  // a fake
	Dialog  pick.Dialog  // a fake
	Stderr  io.Writer    // for messages to the owner that no page shows
}

// A Program is a running program. Its functions may be called concurrently.
type Program struct {
	URL  string // of the home page
	Desk *desk.Desk

	// Launch starts the program a second time, with these arguments of the command line.
	// It returns the page that this opens, or the error that the owner is shown.
	Launch func(args []string) (page string, err error)

	// Shutdown asks the program to end, and does not wait.
	Shutdown func()

	// Unchecked returns why other users are not kept out, or nil if they are.
	Unchecked func() error

	// Ended is closed when the program has ended. Err waits for that and returns the error.
	Ended <-chan struct{}
	Err   func() error
}

// Start starts a program; app is an app.App. Package app sets Start.
var Start func(app any, c Config) (*Program, error)

// NewTool returns an *app.Tool without a server, and a function that ends it. Package app
// sets NewTool.
var NewTool func(c Config) (tool any, end func() error, err error)
