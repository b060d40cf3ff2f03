package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"

	"github.com/dibbler-app/dibbler/app/internal/address"
	"github.com/dibbler-app/dibbler/app/internal/desk"
	"github.com/dibbler-app/dibbler/app/internal/instance"
	"github.com/dibbler-app/dibbler/app/internal/launch"
	"github.com/dibbler-app/dibbler/app/internal/loopback"
	"github.com/dibbler-app/dibbler/app/internal/paths"
	"github.com/dibbler-app/dibbler/app/internal/pick"
	"github.com/dibbler-app/dibbler/app/internal/settings"
	"github.com/dibbler-app/dibbler/app/internal/web"
	"github.com/dibbler-app/dibbler/dibbler"
)

const settingsName = "settings.json"

// A place is the place of the running instance, which only one process can have.
type place struct {
	first    *instance.Instance
	filter   *web.OwnerFilter
	refusals *web.Refusals
}

// close releases the place.
func (p place) close() error {
	p.filter.Close()
	return p.first.Close()
}

// A program is the running instance.
type program struct {
	place
	desktop
	listeners []net.Listener
	url       string // the URL of the home page
	settings  *settings.Store
	site      *web.Site
	launches  *launch.Pages
}

// A desktop is the program's part of its owner's desktop.
type desktop struct {
	desk   *desk.Desk
	login  *desk.Login
	picker *pick.Picker
	recent *paths.Recent
}

// open prepares everything for serving, and starts the plug-ins.
func (i *invocation) open(at place) (*program, error) {
	// Not the default logger, because all programs in a test share it.
	i.journal.Logger().Info("start", "program", i.title(), "pid", os.Getpid())
	p, err := i.newProgram(at)
	if err != nil {
		return nil, err
	}
	server, err := i.openSite(p)
	if err != nil {
		return nil, errors.Join(err, i.life.Discard(), loopback.Close(p.listeners))
	}
	p.desk.AskFirst()
	if err := i.life.Add(append(i.tasks(p), server)...); err != nil { // it has closed the listeners
		return nil, errors.Join(err, i.life.Discard())
	}
	return p, nil
}

// newProgram returns a program whose plug-ins have not been started yet.
func (i *invocation) newProgram(at place) (*program, error) {
	store, warnings := i.openSettings()
	listeners, err := address.Listen(i.opts.port, address.First(i.ID), store)
	if err != nil {
		return nil, err
	}
	url := loopback.URL(loopback.Port(listeners))
	d, err := i.newDesktop(url, store)
	var site *web.Site
	if err == nil {
		site, err = i.newSite(at, d, listeners, store, warnings)
	}
	if err != nil {
		return nil, errors.Join(err, loopback.Close(listeners))
	}
	return &program{at, d, listeners, url, store, site, new(launch.Pages)}, nil
}

func (i *invocation) newDesktop(url string, store *settings.Store) (desktop, error) {
	login := desk.NewFakeLogin() // builds of dibble dev are removed before the next login
	if !i.fake && i.dev == nil {
		var err error
		if login, err = desk.NewLogin(i.ID, i.Name, i.Icon.PNG, i.folders.State); err != nil {
			return desktop{}, err
		}
	}
	return desktop{
		desk: desk.New(desk.Config{
			Name:     i.Name,
			ID:       i.ID,
			Icon:     i.Icon,
			IconFile: filepath.Join(i.folders.State, "tray.png"),
			PNGFile:  filepath.Join(i.folders.State, "icon.png"),
			URL:      url,
			Stderr:   i.stderr,
			Life:     i.life,
			Login:    login,
			NoIcon:   i.opts.noTray,
			Browser:  i.browser,
			Notify:   i.notify,
			Fake:     i.fake,
		}),
		login:  login,
		picker: pick.New(i.dialog, func() error { return checkAlone(store) }, i.life.Stopping()),
		recent: paths.NewRecent(filepath.Join(i.folders.State, "recent.json")),
	}, nil
}

func (i *invocation) newSite(at place, d desktop, listeners []net.Listener, store *settings.Store, warnings []string) (*web.Site, error) {
	return web.New(web.Config{
		Name:       i.Name,
		Accent:     i.Accent,
		Plugins:    i.pagePlugins(),
		MaxBody:    i.MaxBody,
		HideErrors: i.HideErrors,
		Wrap:       i.Wrap,
		Listeners:  listeners,
		Filter:     at.filter.Unless(func() bool { return store.Values().OtherUsers }),
		Refusals:   at.refusals,
		Icon:       i.Icon.PNG,
		Settings:   store,
		Journal:    i.journal,
		Desk:       d.desk,
		Picker:     d.picker,
		Recent:     d.recent,
		Login:      d.login,
		Warnings:   warnings,
		Upgrade:    i.upgrade.Notice,
		Restart: func() {
			i.upgrade.Restart.Store(true)
			i.life.Shutdown()
		},
		Finish: i.life.Finish,
		Dev:    i.dev,
	})
}

// tasks returns the background tasks of the program. A port that was given with -port is
// not saved for the next start.
func (i *invocation) tasks(p *program) []dibbler.Service {
	if i.opts.port >= 0 {
		return []dibbler.Service{p.desk.Task()}
	}
	port, last := loopback.Port(p.listeners), p.settings.Values().Port
	return []dibbler.Service{p.desk.Task(), &dibbler.Task{Name: "remember the port", Run: func(context.Context) error {
		if err := address.Remember(port, last, p.settings); err != nil {
			slog.Warn("cannot save the port for the next start", "err", err)
		}
		return nil
	}}}
}

// openSite starts the plug-ins, which may add pages to the site, and returns its server.
func (i *invocation) openSite(p *program) (*dibbler.Server, error) {
	if err := i.startPlugins(i.newTool(p)); err != nil {
		return nil, err
	}
	if err := p.launches.Freeze(len(i.Opens) > 0); err != nil {
		return nil, err
	}
	return p.site.Server()
}

// openSettings returns the settings, and warnings for the owner.
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
		slog.Warn("the settings allow other users of this computer")
	}
	return store, warnings
}

// serve serves until the program ends. It runs the icon on this goroutine, the main one,
// and the shutdown on another, because the icon does not return when a Windows session
// ends.
func (i *invocation) serve(p *program) error {
	ended := i.begin(p)
	ready := func() {
		page, err := i.show(p)
		if err != nil {
			go i.showUnopened(err)
		}
		i.sayReady(p.url + strings.TrimPrefix(page, "/")) // last, because it may block
	}
	if len(i.opts.args) > 0 {
		go ready() // a plug-in chooses the page, which may take time
	} else {
		ready()
	}
	p.desk.Run()
	return <-ended
}

// begin starts serving, and returns a channel that receives the result when the program
// has ended.
func (i *invocation) begin(p *program) (ended <-chan error) {
	go p.first.Serve(func(command string) (string, bool) { return i.answer(p, command) })
	result := make(chan error, 1)
	go func() { result <- i.life.Run(func(err error) error { return i.release(p, err) }) }()
	p.login.Repair()
	i.journal.Logger().Info("running", "url", p.url)
	return result
}

// show opens the page of this launch, and returns it.
func (i *invocation) show(p *program) (page string, err error) {
	page, err = i.launched(p, i.opts.args, i.dir)
	if err == nil && !i.opts.noBrowser && (len(i.opts.args) > 0 || p.settings.Values().OpenBrowser) {
		p.desk.Browse(page)
	}
	return page, err
}

// release is the last step of the shutdown. err is the result of the steps before.
func (i *invocation) release(p *program, err error) error {
	if err != nil {
		i.journal.Logger().Warn("end", "refusals", p.refusals.Total(), "err", err)
	} else {
		i.journal.Logger().Info("end", "refusals", p.refusals.Total())
	}
	p.desk.Quit()
	return p.close()
}
