package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/dirs"
	"github.com/dibbler-app/dibbler/app/internal/instance"
	"github.com/dibbler-app/dibbler/app/internal/launch"
	"github.com/dibbler-app/dibbler/app/internal/web"
)

// launchTimeout is how long a launch waits for the running instance, which may be
// finishing its requests. It is a variable for tests.
var launchTimeout = 30 * time.Second

// findOther makes this process the running instance and returns it, or returns the reply
// of the running instance. The instance is nil in the second case and on errors.
func (i *invocation) findOther(ctx context.Context, filter *web.OwnerFilter) (*instance.Instance, launch.Reply, error) {
	bounded, cancel := context.WithTimeoutCause(ctx, launchTimeout, fmt.Errorf(
		"%s is already running, but has not answered for %v; end it in the system's task manager and start it again", i.Name, launchTimeout))
	defer cancel()
	slog.Debug("looking for a running instance of the program")
	first, text, err := instance.Start(bounded, i.folders.Locks(), i.hail, filter.OnIncomingConnection)
	if first != nil || err != nil {
		return first, launch.Reply{}, err
	}
	reply, err := launch.DecodeReply(text)
	return nil, reply, err
}

// hail returns the message of this launch to the running instance.
func (i *invocation) hail() (string, error) {
	m := launch.Message{Command: launch.Hail, Build: i.upgrade.This, Session: desk.Session(), Dir: []byte(i.dir)}
	for _, arg := range i.opts.args {
		m.Args = append(m.Args, []byte(arg))
	}
	return encode(m)
}

// encode returns m as text. If that is too long, it leaves out the session.
func encode(m launch.Message) (string, error) {
	text, err := m.Encode()
	if len(text) > instance.MaxText {
		m.Session = nil // the variables can have any length
		return m.Encode()
	}
	return text, err
}

// answer answers the message of a later launch. If the program is ending, ok is false;
// the launch then waits for the end and becomes the running instance.
func (i *invocation) answer(p *program, text string) (reply string, ok bool) {
	m, err := launch.DecodeMessage(text)
	switch {
	case err != nil:
		return launch.Reply{Problem: err.Error()}.Encode(), true
	case m.Command == launch.Quit:
		i.upgrade.Restart.Store(false)
		i.life.Shutdown()
		return "", true
	case i.life.Ending():
		return "", false
	}
	r := launch.Reply{URL: p.url}
	if i.upgrade.This.Differs(m.Build) {
		r.Other = i.upgrade.This.Title
	}
	if m.Command == launch.Hail {
		i.follow(p, m)
		var args []string
		for _, arg := range m.Args {
			args = append(args, string(arg))
		}
		page, err := i.launched(p, args, string(m.Dir))
		if err != nil {
			r.Problem = err.Error()
		}
		r.URL = p.url + strings.TrimPrefix(page, "/")
	}
	return r.Encode(), true
}

// follow moves to the session of a later launch if necessary, and notes its build.
func (i *invocation) follow(p *program, m launch.Message) {
	if p.desk.Wants(m.Session) {
		if err := setSession(m.Session); err != nil {
			slog.Warn("cannot move to the desktop session of a later launch", "err", err)
		}
		p.desk.Retry()
	}
	if i.upgrade.This.Differs(m.Build) {
		slog.Warn("another build of the program was started", "title", m.Build.Title, "file", m.Build.File)
		i.upgrade.Note(m.Build)
	}
}

// launched returns the page for a launch from the folder dir with args. It checks args,
// which can come from another process.
func (i *invocation) launched(p *program, args []string, dir string) (page string, err error) {
	if len(args) == 0 {
		return "/", nil
	}
	if args, err = launch.CheckArgs(i.opens(), args, dir); err != nil {
		return "/", err
	}
	return p.launches.page(i.life.Context(), args, dir)
}

// quitTimeout is how long -quit waits for the end of the program, with its requests and
// the plug-ins' OnFlush.
const quitTimeout = time.Minute

// quitOther runs -quit: it ends the running instance, and waits until it has ended.
func (a *App) quitOther(stdout io.Writer) error {
	folders, err := dirs.Make(a.ID)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeoutCause(context.Background(), quitTimeout, fmt.Errorf(
		"%s has not ended after %v; end it in the system's task manager", a.Name, quitTimeout))
	defer cancel()
	quit, err := launch.Message{Command: launch.Quit}.Encode()
	if err != nil {
		return err
	}
	_, err = instance.SendAndWait(ctx, folders.Locks(), quit)
	if errors.Is(err, instance.ErrNotRunning) {
		fmt.Fprintf(stdout, "%s was not running.\n", a.Name)
		return nil
	}
	if err == nil {
		fmt.Fprintf(stdout, "%s has ended.\n", a.Name)
	}
	return err
}

// openHere opens url in the browser, in a process that the program starts. If it fails,
// it writes the reason to standard output, which the program reads. Its standard error
// goes to the log.
func openHere(url string, stdout, stderr io.Writer) int {
	if err := desk.OpenHere(url, stderr); err != nil {
		fmt.Fprintln(stdout, err)
		return exitError
	}
	return exitOK
}

// folder returns the working folder of this process, or "" if it was removed.
func folder() string {
	dir, err := os.Getwd()
	if err != nil {
		slog.Debug("no working folder", "err", err)
	}
	return dir
}
