// Package desk connects the program with its owner's desktop: the icon with its menu, the
// browser, notices, starting at login, and message boxes.
package desk

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/life"
	"github.com/dibbler-app/dibbler/app/internal/notice"
	"github.com/dibbler-app/dibbler/tray"
)

// A Config is the configuration of a [Desk].
type Config struct {
	Name     string
	ID       string
	Icon     tray.Icon
	IconFile string    // see [tray.Tray]
	PNGFile  string    // the IconFile of [notice.Config]
	URL      string    // the URL of the home page
	Stderr   io.Writer // gets messages for the owner that no page shows
	Life     *life.Life
	Login    *Login
	Browser  Browser
	Notify   notice.Show // if nil, the system's notices
	NoIcon   bool        // do not show an icon

	// Fake is for tests: the icon counts as shown without being shown. Tests use
	// [Desk.View].
	Fake bool
}

// A Desk is the icon in the tray with the menu items of the plug-ins. Its methods may be
// called concurrently. Make one with [New].
type Desk struct {
	c       Config
	tray    *tray.Tray         // nil if there is no icon
	served  chan struct{}      // has a token after requests
	update  chan struct{}      // has a token if the plug-ins have to be asked
	refresh chan chan struct{} // like update, with a channel to close afterwards
	asking  chan struct{}      // has a token while the plug-ins are asked
	notices *notice.Notifier   // nil if Config.Notify shows the notices

	mu        sync.Mutex
	trayFuncs []trayFunc
	info      Info   // of all plug-ins together
	hint      string // the URL of the page, if the browser did not open
}

// New returns the desk of a program.
func New(c Config) *Desk {
	d := &Desk{c: c, served: make(chan struct{}, 1), update: make(chan struct{}, 1), refresh: make(chan chan struct{}), asking: make(chan struct{}, 1)}
	if !c.NoIcon {
		d.tray = d.newTray()
	}
	if c.Notify == nil {
		d.notices = notice.New(notice.Config{Name: c.Name, ID: c.ID, Icon: c.Icon.PNG, IconFile: c.PNGFile, Open: d.Browse})
		d.c.Notify = d.notices.Show
	}
	return d
}

func (d *Desk) newTray() *tray.Tray {
	var saidSo sync.Once
	return &tray.Tray{
		Name:     d.c.Name,
		Icon:     d.c.Icon,
		IconFile: d.c.IconFile,
		Menu: tray.Menu{
			Open:         func() { d.Browse("/") },
			Page:         func() { d.Browse("/app.settings") },
			ShowLog:      func() { d.Browse("/app.log") },
			StartAtLogin: d.startAtLogin,
			Shutdown:     d.c.Life.Shutdown,
			QuitNow:      d.c.Life.Cut,
		},
		Ending: d.c.Life.EndSession,
		Report: func(err error) {
			if err == nil {
				slog.Info("the icon is in the tray")
				return
			}
			slog.Warn("there is no icon in the tray; the pages have a menu instead", "because", err)
			saidSo.Do(func() {
				fmt.Fprintf(d.c.Stderr, "%s: there is no icon in the tray, so the pages have a menu instead: %v\n", d.c.Name, err)
			})
		},
	}
}

func (d *Desk) startAtLogin(on bool) {
	if err := d.c.Login.Set(on); err != nil {
		slog.Error("cannot change whether the program starts at login", "err", err)
		d.Browse("/app.settings")
	}
	d.draw()
}

// Shown reports whether the icon is in the tray.
func (d *Desk) Shown() bool { return d.tray != nil && (d.c.Fake || d.tray.Shown()) }

// View returns what the icon shows.
func (d *Desk) View() tray.View {
	if d.tray == nil {
		return tray.View{}
	}
	return d.tray.View()
}

// Run shows the icon until [Desk.Quit] is called and the program has ended. Call it on
// the main goroutine. It does not return when a Windows session ends.
func (d *Desk) Run() {
	if d.tray != nil {
		go d.countDown()
		d.tray.Run(context.Background())
	}
	<-d.c.Life.Ended()
}

// Quit removes the icon, and disables clicks on notices. It does not wait.
func (d *Desk) Quit() {
	if d.notices != nil {
		d.notices.Close()
	}
	if d.tray != nil {
		d.tray.Quit()
	}
}

// Retry shows the icon in the current desktop session of the process.
func (d *Desk) Retry() {
	if d.tray != nil {
		d.tray.Retry()
	}
}

// Browse opens a page, such as "/" or "/?year=2003", in the browser. It does not wait.
func (d *Desk) Browse(page string) {
	d.c.Browser(d.c.URL+strings.TrimPrefix(page, "/"), d.opened)
}

// Notify shows n, a result of [notice.Check]; see [notice.Show].
func (d *Desk) Notify(n notice.Notice, shown func(err error)) { d.c.Notify(n, shown) }

// opened handles the result of opening the browser. On an error, it shows the URL of the
// page in all ways that need no browser.
func (d *Desk) opened(err error) {
	hint := ""
	if err != nil {
		SayUnopened(d.c.Stderr, d.c.Name, d.c.URL, err)
		hint = "Open " + d.c.URL + " in your browser"
	}
	d.mu.Lock()
	changed := d.hint != hint
	d.hint = hint
	d.mu.Unlock()
	if changed {
		d.draw()
	}
}

// draw shows the current state in the tray.
func (d *Desk) draw() {
	if d.tray == nil {
		return
	}
	d.tray.Update(d.state)
}

func (d *Desk) state() tray.State {
	atLogin, err := d.c.Login.Enabled()
	if err != nil {
		slog.Debug("start at login", "err", err)
	}
	s := tray.State{Address: host(d.c.URL), AtLogin: atLogin}
	if d.c.Life.Ending() {
		s.Draining = true
		s.Unfinished = d.c.Life.Unfinished()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.hint != "" {
		s.Tooltip = append(s.Tooltip, d.hint)
	}
	s.Tooltip = append(s.Tooltip, d.info.Tooltip...)
	s.Status, s.Done = d.info.Status, d.info.Done
	for _, item := range d.info.Items {
		s.Items = append(s.Items, tray.Item{Label: item.Label, Do: d.action(item), Checkable: item.Checkable, Checked: item.Checked})
	}
	s.Items = append(s.Items, tray.Item{Label: "Settings", Do: func() { d.Browse("/app.settings") }})
	return s
}

// action returns the function for a click on item, or nil. A click that comes after the
// plug-in has replaced the item still does the action of item.
func (d *Desk) action(item Item) func() {
	switch {
	case item.Page != "":
		return func() { d.Browse(item.Page) }
	case item.Do != nil:
		return func() { _ = d.Do(item) } // the error is in the log
	default:
		return nil
	}
}

// countDown shows the number of unfinished requests during shutdown.
func (d *Desk) countDown() {
	<-d.c.Life.Stopping()
	tick := time.NewTicker(time.Second / 4)
	defer tick.Stop()
	for {
		d.draw()
		select {
		case <-tick.C:
		case <-d.c.Life.Ended():
			return
		}
	}
}

// host returns the host and port of the URL of a home page.
func host(url string) string {
	return strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/")
}
