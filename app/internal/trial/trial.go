// Package trial is the seam between package app and what tries programs out: package
// apptest, and -self-test. Such a program has a folder of its own for all its files and a
// desktop that is a fake; its server and the checks before it are those of every program.
// Nothing that belongs to the whole process is changed.
package trial

import (
	"io"

	"github.com/dibbler-app/dibbler/app/internal/desk"
)

// A Config says how a program is tried out.
type Config struct {
	Dir     string       // for the program's files: exists, is empty and private
	Args    []string     // of the command line; without a port, any free one is taken
	Browser desk.Browser // a fake
	Stderr  io.Writer    // is told what the owner should know and no page shows
}

// A Program runs. Its functions may be called concurrently.
type Program struct {
	URL  string // of the home page
	Desk *desk.Desk

	// Launch starts the program a second time, with these arguments of the command line.
	// It returns the page that this opens, or the error that the owner is shown.
	Launch func(args []string) (page string, err error)

	// Shutdown asks for the end, and does not wait.
	Shutdown func()

	// Unchecked returns why other users are not kept out, or nil if they are.
	Unchecked func() error

	// Ended is closed at the end, and Err then says how it went.
	Ended <-chan struct{}
	Err   func() error
}

// Start starts a program, which is an app.App. Package app sets it.
var Start func(app any, c Config) (*Program, error)

// NewTool returns an *app.Tool without a program that serves, and what ends it. Package app
// sets it.
var NewTool func(c Config) (tool any, end func() error, err error)
