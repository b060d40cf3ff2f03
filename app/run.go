package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"slices"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/dev"
	"github.com/dibbler-app/dibbler/app/internal/dirs"
	"github.com/dibbler-app/dibbler/app/internal/journal"
	"github.com/dibbler-app/dibbler/app/internal/launch"
	"github.com/dibbler-app/dibbler/app/internal/life"
	"github.com/dibbler-app/dibbler/app/internal/notice"
	"github.com/dibbler-app/dibbler/app/internal/pick"
	"github.com/dibbler-app/dibbler/app/internal/web"
	"github.com/dibbler-app/dibbler/dibbler"
)

// An invocation is one start of the program, which may find that an instance is already
// running.
type invocation struct {
	*App
	opts           options
	stdout, stderr io.Writer
	folders        dirs.Dirs
	journal        *journal.Journal
	browser        desk.Browser
	notify         notice.Show // if nil, the system's notices
	dialog         pick.Dialog
	life           *life.Life
	upgrade        *launch.Upgrade
	dir            string    // the working folder
	dev            *dev.Pipe // to dibble dev, or nil if it has not started the program
	fake           bool      // whether the desktop is a fake; see package trial
}

// newInvocation returns an invocation of the program on the owner's desktop.
func (a *App) newInvocation(opts options, folders dirs.Dirs, stdout, stderr io.Writer) *invocation {
	j := journal.Open(folders.State, opts.verbose, stderr)
	return &invocation{
		App:     a,
		opts:    opts,
		stdout:  stdout,
		stderr:  stderr,
		folders: folders,
		journal: j,
		browser: desk.SystemBrowser(j.Path()),
		dialog:  pick.System(),
		life:    life.New(),
		upgrade: &launch.Upgrade{This: launch.ThisBuild(a.title())},
		dir:     folder(),
	}
}

// run runs the program from its launch until it has ended.
func (a *App) run(opts options, stdout, stderr io.Writer) error {
	pipe, err := a.underDev(opts)
	if err != nil {
		return err
	}
	args, err := launch.CheckArgs(a.opens(), opts.args, folder())
	if err != nil {
		return a.showFailure(opts, couldNotOpen, "", stderr, err)
	}
	opts.args = args
	folders, err := dirs.Make(a.ID)
	if err != nil {
		return a.showFailure(opts, couldNotStart, "", stderr, err)
	}
	i := a.newInvocation(opts, folders, stdout, stderr)
	i.dev = pipe
	setLogger(i.journal)
	// It stays in force after a success, so that a late signal does not change the exit
	// status: when a session ends, several come.
	stop := i.life.HandleSignals()
	served, err := i.run()
	if i.upgrade.Restart.Load() && !i.life.SessionEnded() {
		err = errors.Join(err, desk.Restart(i.upgrade.This.File))
	}
	if isFailure(err) {
		slog.Error("failed", "err", err)
		what, log := couldNotStart, ""
		if served {
			what = "ended with an error"
		} else if _, ok := errors.AsType[*openError](err); ok {
			what = couldNotOpen
		}
		if i.journal.Err() == nil {
			log = i.journal.Path()
		}
		stop() // so that a signal kills the program while the failure is shown

		if !i.life.SessionEnded() { // otherwise nobody would see it
			err = a.showFailure(opts, what, log, stderr, err)
		}
	}
	return errors.Join(err, i.journal.Close())
}

// underDev returns the connection to dibble dev if that has started the program, and
// otherwise nil. It changes the ID and name, so that the program can run beside the
// installed one.
func (a *App) underDev(opts options) (*dev.Pipe, error) {
	if !opts.dev {
		return nil, nil
	}
	a.ID += ".dev"
	a.Name += " (dev)"
	return dev.Open(os.Stdin)
}

// isFailure reports whether err must be shown to the owner. Requests that were cut off
// during shutdown are in the log, and are not a failure.
func isFailure(err error) bool {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return slices.ContainsFunc(joined.Unwrap(), isFailure)
	}
	_, cut := err.(*dibbler.CutError)
	return err != nil && !cut
}

// run runs the program, and reports whether it has served.
func (i *invocation) run() (served bool, err error) {
	if i.dev != nil {
		go func() {
			i.dev.Follow()
			i.life.Shutdown()
		}()
	}
	if err := setTempDir(i.folders.Temp); err != nil {
		return false, err
	}
	p, err := i.ready()
	if p == nil {
		return false, err
	}
	return true, i.serve(p)
}

// ready returns the program when it is ready to serve. It returns nil if the program was
// asked to end before that, an instance is already running, or the start failed.
func (i *invocation) ready() (*program, error) {
	p, err := life.Start(i.life, i.start)
	if !i.life.Asked() {
		return p, err
	}
	slog.Info("asked to end before it was ready", "err", err)
	if _, cut := errors.AsType[*dibbler.CutError](err); cut {
		return nil, errors.Join(err, i.life.Discard())
	}
	if p == nil {
		return nil, nil
	}
	return nil, errors.Join(i.life.Discard(), p.close())
}

// start makes this process the running instance. If there already is one, start opens its
// page and returns a nil program.
func (i *invocation) start(ctx context.Context) (*program, error) {
	refusals := new(web.Refusals)
	filter := web.NewOwnerFilter(refusals)
	first, reply, err := i.findOther(ctx, filter)
	if first == nil {
		filter.Close()
		if err == nil && i.dev != nil {
			err = fmt.Errorf("another dibble dev is already running it at %s; end that dibble dev first", reply.URL)
		} else if err == nil {
			err = i.showOther(ctx, reply)
		}
		return nil, err
	}
	if err := i.folders.EmptyTemp(); err != nil {
		slog.Warn("temporary folder not emptied", "err", err)
	}
	at := place{first, filter, refusals}
	p, err := i.open(at)
	if err != nil {
		return nil, errors.Join(err, at.close())
	}
	return p, nil
}

// showOther opens the page of the running instance.
func (i *invocation) showOther(ctx context.Context, r launch.Reply) error {
	if r.Problem != "" {
		return &openError{errors.New(r.Problem)}
	}
	i.sayReady(r.URL)
	if r.Other != "" {
		fmt.Fprintf(i.stderr, "%s: the running program is another build, %s; to use this build, run -quit and start it again\n", i.Name, r.Other)
	}
	if !i.opts.noBrowser {
		desk.OpenOther(ctx, i.browser, i.Name, r.URL, i.stderr)
	}
	return nil
}

func (i *invocation) sayReady(url string) {
	fmt.Fprintf(i.stdout, "%s is running at %s\n", i.Name, url)
}

// The functions below change the state of the whole process: the default logger, the
// folder of temporary files, and the desktop session. Only Main calls them, never a
// program in a test.

// setLogger makes j the default logger.
func setLogger(j *journal.Journal) { slog.SetDefault(j.Logger()) }

// quietLogger limits the default logger to warnings and errors.
func quietLogger() { slog.SetLogLoggerLevel(slog.LevelWarn) }

// setTempDir makes dir the folder of temporary files, such as uploads.
func setTempDir(dir string) error {
	names := []string{"TMPDIR"}
	if runtime.GOOS == "windows" {
		names = []string{"TMP", "TEMP"}
	}
	for _, name := range names {
		if err := os.Setenv(name, dir); err != nil {
			return fmt.Errorf("setting %s: %w", name, err)
		}
	}
	return nil
}

// setSession moves the process to the desktop session that has these variables. The tray
// uses the session's message bus, and the browser opens in it.
func setSession(variables map[string]string) error {
	var errs []error
	for _, name := range desk.SessionVariables {
		// An empty variable is not the same as an unset one.
		if value := variables[name]; value != "" {
			errs = append(errs, os.Setenv(name, value))
		} else {
			errs = append(errs, os.Unsetenv(name))
		}
	}
	return errors.Join(errs...)
}
