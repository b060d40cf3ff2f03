package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"sync"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/dirs"
	"github.com/dibbler-app/dibbler/app/internal/instance"
	"github.com/dibbler-app/dibbler/app/internal/journal"
	"github.com/dibbler-app/dibbler/app/internal/life"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/app/internal/web"
	"github.com/dibbler-app/dibbler/dibbler"
)

const settingsName = "settings.json"

// An invocation is one start of the program, with what it needs whether another one runs
// already or not.
type invocation struct {
	*App
	opts           options
	stdout, stderr io.Writer
	folders        dirs.Dirs
	journal        *journal.Journal
	life           *life.Life
	upgrade        *upgrade
}

// run is the program, from its launch to its end.
func (a *App) run(opts options, stdout, stderr io.Writer) error {
	folders, err := dirs.Make(a.ID)
	if err != nil {
		return a.showFailure(opts, failure{what: couldNotStart}, stderr, err)
	}
	i := &invocation{a, opts, stdout, stderr, folders, journal.Open(folders.State, opts.verbose, stderr), life.New(), &upgrade{this: a.thisBuild()}}
	setLogger(i.journal)
	started, err := i.run()
	if isFailure(err) {
		slog.Error("failed", "err", err)
		f := failure{what: couldNotStart}
		if started {
			f.what = "ended with an error"
		}
		if i.journal.Err() == nil {
			f.log = i.journal.Path()
		}
		if !i.life.SessionEnded() { // or nobody would see it
			err = a.showFailure(opts, f, stderr, err)
		}
	}
	err = errors.Join(err, i.journal.Close())
	if i.upgrade.restart.Load() {
		err = errors.Join(err, desk.Restart(i.upgrade.this.file))
	}
	return err
}

// isFailure reports whether err is one of the program. What was cut at the end is
// in the log, and alone is none.
func isFailure(err error) bool {
	_, cut := errors.AsType[*dibbler.CutError](err)
	_, unsaved := errors.AsType[*life.UnsavedError](err)
	return err != nil && (!cut || unsaved)
}

// run returns whether the program got as far as serving.
func (i *invocation) run() (started bool, err error) {
	stop := i.life.HandleSignals()
	defer stop()
	p, err := life.Start(i.life, i.start)
	switch {
	case i.life.Asked():
		slog.Info("asked to end before it was ready", "err", err)
		if _, cut := errors.AsType[*dibbler.CutError](err); cut {
			return false, err
		}
		i.life.Discard()
		return false, p.close()
	case err != nil:
		return false, err
	case p.desk == nil:
		return false, nil
	}
	return true, i.serve(p)
}

// A program is what serves. The zero program means that another one runs already.
type program struct {
	url      string // of the home page
	first    *instance.Instance
	filter   *web.OwnerFilter
	desk     *desk.Desk
	refusals *web.Refusals
	browse   bool   // the settings say to open the browser
	remember func() // the port
}

// close gives back the place of the one program that runs.
func (p program) close() error {
	if p.first == nil {
		return nil
	}
	err := p.first.Close()
	p.filter.Close()
	return err
}

// start makes everything that serving needs, one from the other, unless the program
// runs already.
func (i *invocation) start(ctx context.Context) (p program, err error) {
	refusals := new(web.Refusals)
	filter := web.NewOwnerFilter(refusals)
	first, reply, err := i.findOther(ctx, filter)
	if first == nil {
		filter.Close()
		if err == nil {
			i.showOther(ctx, reply)
		}
		return program{}, err
	}
	p = program{first: first, filter: filter, refusals: refusals}
	defer func() {
		if err != nil {
			i.life.Discard()
			err = errors.Join(err, p.close())
			p = program{}
		}
	}()
	slog.Info("start", "program", i.title(), "pid", os.Getpid())
	warnings := i.folders.Warnings
	if err := i.folders.EmptyTemp(); err != nil {
		slog.Warn("temporary folder not emptied", "err", err)
	}
	if err := setTempDir(i.folders.Temp); err != nil {
		return p, err
	}
	store, bad := settings.Open(filepath.Join(i.folders.Config, settingsName))
	for _, w := range bad {
		warnings = append(warnings, "Settings: "+w+".")
	}
	for _, w := range warnings {
		slog.Warn(w)
	}
	if store.Values().OtherUsers {
		slog.Warn("other users of this computer are let in, as the settings say")
	}
	login, err := desk.NewLogin(i.ID, i.Name, i.Icon.PNG, i.folders.State)
	if err != nil {
		return p, err
	}
	login.Mend()
	at, err := listen(i.opts.port, store)
	if err != nil {
		return p, err
	}
	port, last := loopback.Port(at), store.Values().Port
	p.url = loopback.URL(port)
	p.remember = func() {
		if i.opts.port < 0 {
			rememberPort(port, last, store)
		}
	}
	p.desk = desk.New(desk.Config{
		Name:     i.Name,
		Icon:     i.Icon,
		IconFile: filepath.Join(i.folders.State, "tray.png"),
		URL:      p.url,
		Log:      i.journal.Path(),
		Stderr:   i.stderr,
		Life:     i.life,
		Login:    login,
		Plugins:  i.Plugins,
		NoIcon:   i.opts.noTray,
	})
	server, err := web.New(web.Config{
		BareConfig: web.BareConfig{
			Name:      i.Name,
			Plugins:   i.Plugins,
			MaxBody:   i.MaxBody,
			Listeners: at,
			Filter:    filter.Unless(func() bool { return store.Values().OtherUsers }),
			Refusals:  refusals,
		},
		Icon:     i.Icon.PNG,
		Settings: store,
		Journal:  i.journal,
		Desk:     p.desk,
		Login:    login,
		Warnings: warnings,
		Upgrade:  i.upgrade.notice,
		Restart: func() {
			i.upgrade.restart.Store(true)
			i.life.Shutdown()
		},
	})
	if err != nil {
		return p, err
	}
	if err := i.life.Add(server, p.desk.Task()); err != nil {
		return p, errors.Join(err, loopback.Close(at))
	}
	p.browse = !i.opts.noBrowser && store.Values().OpenBrowser
	return p, nil
}

// serve serves until the end. The icon has this goroutine, the main one. The end
// happens on another, because when a Windows session ends, the icon does not return.
func (i *invocation) serve(p program) error {
	go p.first.Serve(func(command string) (string, bool) { return i.answer(p, command) })
	ended := make(chan error, 1)
	go func() { ended <- i.life.Run(i.Plugins, func(err error) error { return i.release(p, err) }) }()
	slog.Info("running", "url", p.url)
	if p.browse {
		p.desk.Browse("/")
	}
	var remembering sync.WaitGroup
	remembering.Go(p.remember)
	i.sayReady(p.url) // last, because nobody may read it
	p.desk.Run()
	err := <-ended
	remembering.Wait()
	return err
}

// release is the last step of the end, which went as err says.
func (i *invocation) release(p program, err error) error {
	if err != nil {
		slog.Warn("end", "refusals", p.refusals.Total(), "err", err)
	} else {
		slog.Info("end", "refusals", p.refusals.Total())
	}
	p.desk.Quit()
	return p.close()
}

// showOther opens the page of the program that runs already.
func (i *invocation) showOther(ctx context.Context, reply string) {
	url, other := parseReply(reply)
	i.sayReady(url)
	if other != "" {
		fmt.Fprintf(i.stderr, "%s: that is another build, %s; to use this one, end that one with -quit and start this one again\n", i.Name, other)
	}
	if !i.opts.noBrowser {
		desk.OpenOther(ctx, i.Name, url, i.journal.Path(), i.stderr)
	}
}

func (i *invocation) sayReady(url string) {
	fmt.Fprintf(i.stdout, "%s is running at %s\n", i.Name, url)
}
