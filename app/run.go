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

// An invocation is one start of the program, with what it needs whether another one
// runs already or not.
type invocation struct {
	*App
	opts           options
	stdout, stderr io.Writer
	folders        dirs.Dirs
	journal        *journal.Journal
	browser        desk.Browser
	notify         notice.Show // nil: the system's notices
	dialog         pick.Dialog
	life           *life.Life
	upgrade        *launch.Upgrade
	dir            string    // that it was started in
	dev            *dev.Pipe // nil: dibble dev has not started the program
	fake           bool      // the desktop is one; see package trial
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

// run is the program, from its launch to its end.
func (a *App) run(opts options, stdout, stderr io.Writer) error {
	pipe, err := a.underDev(opts)
	if err != nil {
		return err
	}
	args, err := launch.CheckArgs(a.opens(), opts.args, folder())
	if err != nil {
		return a.showFailure(opts, failure{what: couldNotOpen}, stderr, err)
	}
	opts.args = args
	folders, err := dirs.Make(a.ID)
	if err != nil {
		return a.showFailure(opts, failure{what: couldNotStart}, stderr, err)
	}
	i := a.newInvocation(opts, folders, stdout, stderr)
	i.dev = pipe
	setLogger(i.journal)
	served, err := i.run()
	if i.upgrade.Restart.Load() && !i.life.SessionEnded() {
		err = errors.Join(err, desk.Restart(i.upgrade.This.File))
	}
	if isFailure(err) {
		slog.Error("failed", "err", err)
		f := failure{what: couldNotStart}
		if served {
			f.what = "ended with an error"
		} else if _, ok := errors.AsType[*openError](err); ok {
			f.what = couldNotOpen
		}
		if i.journal.Err() == nil {
			f.log = i.journal.Path()
		}
		if !i.life.SessionEnded() { // or nobody would see it
			err = a.showFailure(opts, f, stderr, err)
		}
	}
	return errors.Join(err, i.journal.Close())
}

// underDev gives a program that dibble dev has started another ID and name than the
// installed one has, and returns the connection to dibble dev. Otherwise it returns nil.
func (a *App) underDev(opts options) (*dev.Pipe, error) {
	if !opts.dev {
		return nil, nil
	}
	a.ID += ".dev"
	a.Name += " (dev)"
	return dev.Open(os.Stdin)
}

// isFailure reports whether the owner is to be told of err. Requests that were cut at
// the end are in the log; they alone are no failure.
func isFailure(err error) bool {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return slices.ContainsFunc(joined.Unwrap(), isFailure)
	}
	_, cut := err.(*dibbler.CutError)
	return err != nil && !cut
}

// run returns whether the program has served.
func (i *invocation) run() (served bool, err error) {
	stop := i.life.HandleSignals()
	defer stop()
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

// ready returns the program when it can serve. It returns nil if the program was asked to
// end meanwhile, another one is running already, or the start has failed.
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

// start makes this process the one that serves. The program is nil if another one
// runs already, whose page is then opened.
func (i *invocation) start(ctx context.Context) (*program, error) {
	refusals := new(web.Refusals)
	filter := web.NewOwnerFilter(refusals)
	first, reply, err := i.findOther(ctx, filter)
	if first == nil {
		filter.Close()
		if err == nil && i.dev != nil {
			err = fmt.Errorf("it is already running under another dibble dev, at %s; end that one first", reply.URL)
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

// showOther opens the page of the program that runs already.
func (i *invocation) showOther(ctx context.Context, r launch.Reply) error {
	if r.Problem != "" {
		return &openError{errors.New(r.Problem)}
	}
	i.sayReady(r.URL)
	if r.Other != "" {
		fmt.Fprintf(i.stderr, "%s: that is another build, %s; to use this one, end that one with -quit and start this one again\n", i.Name, r.Other)
	}
	if !i.opts.noBrowser {
		desk.OpenOther(ctx, i.browser, i.Name, r.URL, i.stderr)
	}
	return nil
}

func (i *invocation) sayReady(url string) {
	fmt.Fprintf(i.stdout, "%s is running at %s\n", i.Name, url)
}

// What belongs to the whole process, and not to one value in it, is set here and
// nowhere else: the default logger, the folder of temporary files, and the desktop
// session. Only Main's own run does so.

// setLogger makes what is logged go to j.
func setLogger(j *journal.Journal) { slog.SetDefault(j.Logger()) }

// quietLogger makes the default logger say what goes wrong only.
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

// setSession moves the process to the desktop session that has these variables: the
// tray finds its bus there, and the browser opens there.
func setSession(variables map[string]string) error {
	var errs []error
	for _, name := range desk.SessionVariables {
		// A variable that is empty is not the same as none.
		if value := variables[name]; value != "" {
			errs = append(errs, os.Setenv(name, value))
		} else {
			errs = append(errs, os.Unsetenv(name))
		}
	}
	return errors.Join(errs...)
}
