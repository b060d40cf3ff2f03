package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/instance"
	"github.com/dibbler-app/dibbler/app/internal/launch"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
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

// onLaunchTimeout limits the functions of OnLaunch, because the owner waits for the page.
const onLaunchTimeout = 10 * time.Second

// A launchFunc is a function that was passed to [Tool.OnLaunch].
type launchFunc = func(ctx context.Context, args []string, dir string) (page string, err error)

// launches holds the functions that were passed to [Tool.OnLaunch].
type launches struct {
	mu     sync.Mutex
	frozen bool // by check
	funcs  []launchFunc
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
	t.launches.mu.Lock()
	defer t.launches.mu.Unlock()
	if t.launches.frozen {
		return t.named(fmt.Errorf("OnLaunch: %w", web.ErrLate))
	}
	t.launches.funcs = append(t.launches.funcs, f)
	return nil
}

// check returns an error if App.Opens is set without a function, or a function without
// App.Opens. After check, no function can be added.
func (l *launches) check(opens []Opens) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.frozen = true
	switch {
	case len(l.funcs) == 0 && len(opens) > 0:
		return errors.New("App.Opens is set, but no plug-in has called Tool.OnLaunch to open these files and addresses")
	case len(l.funcs) > 0 && len(opens) == 0:
		return errors.New("a plug-in has called Tool.OnLaunch, but App.Opens is empty")
	}
	return nil
}

// page returns the page of a launch.
func (l *launches) page(ctx context.Context, args []string, dir string) (string, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, onLaunchTimeout, fmt.Errorf("opening %q took longer than %v", args, onLaunchTimeout))
	defer cancel()
	var page string
	done := make(chan error, 1)
	go func() {
		done <- call("OnLaunch", func() (err error) {
			page, err = l.ask(ctx, args, dir)
			return err
		})
	}()
	select {
	case err := <-done:
		if err == nil && !loopback.IsPage(page) {
			err = fmt.Errorf("OnLaunch returned %q, which is not a page of the program", page)
		}
		if err != nil {
			return "/", err
		}
		return page, nil
	case <-ctx.Done():
		return "/", context.Cause(ctx)
	}
}

func (l *launches) ask(ctx context.Context, args []string, dir string) (string, error) {
	for _, f := range l.funcs {
		if page, err := f(ctx, args, dir); page != "" || err != nil {
			return page, err
		}
	}
	return "", fmt.Errorf("no plug-in opens %q", args)
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
	return p.launches.page(i.life.Context(), args, dir)
}

// folder returns the working folder of this process, or "" if it was removed.
func folder() string {
	dir, err := os.Getwd()
	if err != nil {
		slog.Debug("no working folder", "err", err)
	}
	return dir
}
