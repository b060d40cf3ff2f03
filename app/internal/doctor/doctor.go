// Package doctor checks what works for a program on this computer.
package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/address"
	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/dirs"
	"github.com/dibbler-app/dibbler/app/internal/instance"
	"github.com/dibbler-app/dibbler/app/internal/journal"
	"github.com/dibbler-app/dibbler/app/internal/launch"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/owner"
	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/tray"
)

// ErrProblems is returned by Examine if something does not work.
var ErrProblems = errors.New("some things do not work; see above")

// checkTimeout limits each check.
const checkTimeout = 10 * time.Second

// A Config describes the program to examine.
type Config struct {
	Name, ID string
	Title    string // with its version
	Icon     []byte // a PNG
	Settings string // the file name of the settings
}

// A check looks at one thing. run returns a description of the result, or an error
// that says what to do.
type check struct {
	name string
	run  func(ctx context.Context) (found string, err error)
}

// Examine checks what works on this computer and prints the results to stdout. It makes
// the folders of the program, and changes nothing else. It returns ErrProblems if something
// does not work.
func Examine(c Config, stdout io.Writer) error {
	fmt.Fprintln(stdout, c.Title)
	folders, err := dirs.Make(c.ID)
	if err != nil {
		fmt.Fprintf(stdout, "✗ folders: %v\n", err)
		return ErrProblems
	}
	var problems error
	for _, check := range c.checks(folders) {
		ctx, cancel := context.WithTimeout(context.Background(), checkTimeout)
		found, err := check.run(ctx)
		cancel()
		if err != nil {
			problems = ErrProblems
			fmt.Fprintf(stdout, "✗ %s: %v\n", check.name, err)
		} else {
			fmt.Fprintf(stdout, "✓ %s: %s\n", check.name, found)
		}
	}
	return problems
}

func (c Config) checks(folders dirs.Dirs) []check {
	settingsFile := filepath.Join(folders.Config, c.Settings)
	values, damaged := settings.Read(settingsFile)
	running := false
	return []check{
		{"folders", func(context.Context) (string, error) {
			return folders.Config + ", " + folders.State, joined(folders.Warnings, " ")
		}},
		{"settings", func(context.Context) (string, error) { return settingsFile, joined(damaged, "; ") }},
		{"log", func(context.Context) (string, error) { return journal.Check(folders.State) }},
		{"running already", func(ctx context.Context) (found string, err error) {
			found, err = c.findRunning(ctx, folders.Locks())
			running = !errors.Is(err, instance.ErrNotRunning)
			if !running {
				return "no", nil
			}
			return found, err
		}},
		{"port", func(context.Context) (string, error) {
			if running {
				return "used by the running program", nil
			}
			return freePort(cmp.Or(values.Port, address.First(c.ID)))
		}},
		{"owner check", checkOwner},
		{"tray", checkTray},
		{"browser", func(context.Context) (string, error) { return desk.FindBrowser() }},
		{"start at login", func(context.Context) (string, error) { return c.startAtLogin(folders.State) }},
	}
}

// joined returns the problems as one error, or nil if there are none.
func joined(problems []string, separator string) error {
	if len(problems) == 0 {
		return nil
	}
	return errors.New(strings.Join(problems, separator))
}

// findRunning describes the running program. It returns an error if there is none, or if
// it is another build.
func (c Config) findRunning(ctx context.Context, locks []string) (string, error) {
	look, err := launch.Message{Command: launch.Look, Build: launch.ThisBuild(c.Title)}.Encode()
	if err != nil {
		return "", err
	}
	text, err := instance.Send(ctx, locks, look)
	if err != nil {
		return "", err
	}
	reply, err := launch.DecodeReply(text)
	if err != nil {
		return "", err
	}
	found := fmt.Sprintf("%s is running at %s", c.Name, reply.URL)
	if reply.Other != "" {
		return "", fmt.Errorf("%s, but is another build, %s; end it with -quit and start this one", found, reply.Other)
	}
	return found, nil
}

func checkOwner(context.Context) (string, error) {
	checker := owner.New()
	if err := errors.Join(checker.Test(), checker.Close()); err != nil {
		return "", fmt.Errorf("%w; other users of this computer can use the program", err)
	}
	return "connections of other users are refused", nil
}

func checkTray(ctx context.Context) (string, error) {
	if err := tray.Check(ctx); err != nil {
		return "", fmt.Errorf("%w; the pages have a menu instead", err)
	}
	return "the icon is shown", nil
}

func (c Config) startAtLogin(state string) (string, error) {
	login, err := desk.NewLogin(c.ID, c.Name, c.Icon, state)
	if err != nil {
		return "", err
	}
	on, err := login.Enabled()
	if on {
		return "on", err
	}
	return "off", err
}

// freePort describes the port that the program would use, if it tries port first.
func freePort(port int) (string, error) {
	at, other, err := loopback.ListenNear(port)
	if err != nil {
		return "", fmt.Errorf("cannot listen on any port of 127.0.0.1: %w", err)
	}
	found := fmt.Sprintf("%d of 127.0.0.1 and ::1", port)
	switch {
	case other != nil:
		found = fmt.Sprintf("%d cannot be used (%v); the program uses another", port, other)
	case len(at) == 1:
		found = fmt.Sprintf("%d of 127.0.0.1; this computer has no ::1", port)
	}
	return found, loopback.Close(at)
}
