package app

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/instance"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/app/internal/web"
)

const settingsName = "settings.json"

// A place is that of the one program that runs.
type place struct {
	first    *instance.Instance
	filter   *web.OwnerFilter
	refusals *web.Refusals
}

// close gives the place back.
func (p place) close() error {
	err := p.first.Close()
	p.filter.Close()
	return err
}

// A program is what serves.
type program struct {
	place
	port     int
	lastPort int    // of the settings at the start
	url      string // of the home page
	desk     *desk.Desk
	settings *settings.Store
}

// open makes everything that serving needs, each from what stands before it. If it
// fails, the program has nothing but its place.
func (i *invocation) open(at place) (*program, error) {
	failed := &program{place: at}
	slog.Info("start", "program", i.title(), "pid", os.Getpid())
	if err := i.folders.EmptyTemp(); err != nil {
		slog.Warn("temporary folder not emptied", "err", err)
	}
	if err := setTempDir(i.folders.Temp); err != nil {
		return failed, err
	}
	store, warnings := i.openSettings()
	login, err := desk.NewLogin(i.ID, i.Name, i.Icon.PNG, i.folders.State)
	if err != nil {
		return failed, err
	}
	login.Mend()
	listeners, err := listen(i.opts.port, store)
	if err != nil {
		return failed, err
	}
	port, lastPort := loopback.Port(listeners), store.Values().Port
	d := desk.New(desk.Config{
		Name:     i.Name,
		Icon:     i.Icon,
		IconFile: filepath.Join(i.folders.State, "tray.png"),
		URL:      loopback.URL(port),
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
			Listeners: listeners,
			Filter:    at.filter.Unless(func() bool { return store.Values().OtherUsers }),
			Refusals:  at.refusals,
		},
		Icon:     i.Icon.PNG,
		Settings: store,
		Journal:  i.journal,
		Desk:     d,
		Login:    login,
		Warnings: warnings,
		Upgrade:  i.upgrade.notice,
		Restart: func() {
			i.upgrade.restart.Store(true)
			i.life.Shutdown()
		},
	})
	if err != nil {
		return failed, err
	}
	if err := i.life.Add(server, d.Task()); err != nil {
		return failed, err
	}
	return &program{at, port, lastPort, loopback.URL(port), d, store}, nil
}

// openSettings returns the settings, and the warnings of the start for the owner.
func (i *invocation) openSettings() (store *settings.Store, warnings []string) {
	store, bad := settings.Open(filepath.Join(i.folders.Config, settingsName))
	warnings = i.folders.Warnings
	for _, w := range bad {
		warnings = append(warnings, "Settings: "+w+".")
	}
	for _, w := range warnings {
		slog.Warn(w)
	}
	if store.Values().OtherUsers {
		slog.Warn("other users of this computer are accepted, as the settings say")
	}
	return store, warnings
}

// serve serves until the end. The icon has this goroutine, the main one. The end
// happens on another, because when a Windows session ends, the icon does not return.
func (i *invocation) serve(p *program) error {
	go p.first.Serve(func(command string) (string, bool) { return i.answer(p, command) })
	ended := make(chan error, 1)
	go func() { ended <- i.life.Run(i.Plugins, func(err error) error { return i.release(p, err) }) }()
	slog.Info("running", "url", p.url)
	if !i.opts.noBrowser && p.settings.Values().OpenBrowser {
		p.desk.Browse("/")
	}
	go p.filter.Test()
	if i.opts.port < 0 {
		go i.life.Do("remember the port", func(context.Context) error { return rememberPort(p.port, p.lastPort, p.settings) })
	}
	i.sayReady(p.url) // last, because nobody may read it
	p.desk.Run()
	return <-ended
}

// release is the last step of the end, which went as err says.
func (i *invocation) release(p *program, err error) error {
	if err != nil {
		slog.Warn("end", "refusals", p.refusals.Total(), "err", err)
	} else {
		slog.Info("end", "refusals", p.refusals.Total())
	}
	p.desk.Quit()
	return p.close()
}
