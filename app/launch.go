package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/failure"
	"github.com/dibbler-app/dibbler/app/internal/instance"
	"github.com/dibbler-app/dibbler/app/internal/launch"
	"github.com/dibbler-app/dibbler/app/internal/stdio"
	"github.com/dibbler-app/dibbler/app/internal/web"
)

// Opens describes a kind of file that the tool opens, with Ext, MIME and Title, or a URL
// scheme, with Scheme alone.
//
//	Opens: []app.Opens{
//		{Ext: ".tea", MIME: "application/x-tea", Title: "Tea plan"},
//		{Scheme: "tea"},
//	}
//
// Packages for Linux and Windows register them. A double-click on the file a.tea, or on a
// link to tea:green, then starts the program with the file or URL as an argument after
// two hyphens, and [Tool.OnLaunch] gets it. The package does not make the program the
// default for a kind of file. The owner chooses the default; Linux also uses the program
// if there is no other. On macOS nothing is registered, because the tray's library does
// not receive the files to open.
type Opens struct {
	Ext    string // the extension with its dot, such as ".tea"; case does not matter
	MIME   string // the MIME type in lower case, such as "application/x-tea"
	Title  string // the name for a file of this kind, such as "Tea plan"
	Scheme string // the URL scheme in lower case without its colon, such as "tea"
}

func (a *App) opens() (all []launch.Opens) {
	for _, o := range a.Opens {
		all = append(all, launch.Opens(o))
	}
	return all
}

// OnLaunch registers f to choose the page to show when the program is started with
// something to open. f is called for the first launch and for launches while the program
// is running.
//
// args are absolute paths of files with an extension in App.Opens, and URLs with a scheme
// in App.Opens. The files need not exist, and can be folders or symbolic links. A launch
// with other arguments is refused before f is called. dir is the working folder of the
// launch, or empty if that is unknown.
//
// f returns a page, such as "/import?file=…". It must not change anything, because any
// web page can have a link with the scheme; the page can have a button for the owner to
// confirm. f has 10 seconds. If it returns an error, the owner is shown the error. If
// several functions are registered, they are called in order, until one returns a page or
// an error. A function that returns "" and nil leaves the choice to the next.
//
// OnLaunch must be called before StartTool returns.
func (t *Tool) OnLaunch(f func(ctx context.Context, args []string, dir string) (page string, err error)) error {
	if f == nil {
		return t.named(errors.New("OnLaunch: the function is nil"))
	}
	if !t.launches.Add(f) {
		return t.named(fmt.Errorf("OnLaunch: %w", web.ErrLate))
	}
	return nil
}

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
	first, text, err := instance.Start(bounded, i.folders.Locks(), i.showMessage, filter.OnIncomingConnection)
	if first != nil || err != nil {
		return first, launch.Reply{}, err
	}
	reply, err := launch.DecodeReply(text)
	return nil, reply, err
}

// showMessage returns the message of this launch to the running instance.
func (i *invocation) showMessage() (string, error) {
	m := launch.Message{Command: launch.Show, Build: i.upgrade.This, Session: desk.Session(), Dir: []byte(i.dir)}
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
// the launch then waits until it has ended, and becomes the running instance.
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
	if m.Command == launch.Show {
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
	return p.launches.Page(i.life.Context(), args, dir)
}

// folder returns the working folder of this process, or "" if it was removed.
func folder() string {
	dir, err := os.Getwd()
	if err != nil {
		slog.Debug("no working folder", "err", err)
	}
	return dir
}

const (
	couldNotStart = "could not start"
	couldNotOpen  = "could not open this"
)

// An openError means that a file or address of a launch cannot be opened.
type openError struct{ error }

func (e *openError) Unwrap() error { return e.error }

// showFailure shows err to the owner of a program that was started with a double-click or
// at login, without a terminal for standard error. what is what happened, such as
// couldNotStart. log is the path of the log that has err, or empty. showFailure returns
// err, with the reason if it could not be shown.
func (a *App) showFailure(opts options, what, log string, stderr io.Writer, err error) error {
	onWindows := runtime.GOOS == "windows"
	if stdio.IsTerminal(stderr) || opts.dev || opts.noBrowser && log != "" && !onWindows {
		return err
	}
	if showErr := failure.Show(a.Name, what, err.Error(), log); showErr != nil {
		return fmt.Errorf("%w\n(this could not be shown in the browser: %w)", err, showErr)
	}
	return err
}

// showUnopened tells the owner why a file or address of this launch cannot be opened.
func (i *invocation) showUnopened(err error) {
	slog.Error("not opened", "err", err)
	err = i.showFailure(i.opts, couldNotOpen, i.journal.Path(), i.stderr, err)
	fmt.Fprintf(i.stderr, "%s: %v\n", i.Name, err)
}
