// Package desk is the program's part of its owner's desktop: the icon with its
// menu, the browser, notices, the start at login, and message boxes.
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

// A Config says what a [Desk] is made of.
type Config struct {
	Name     string
	ID       string
	Icon     tray.Icon
	IconFile string    // as of [tray.Tray]
	PNGFile  string    // as IconFile of [notice.Config]
	URL      string    // of the home page
	Stderr   io.Writer // is told what the owner should know and no page shows
	Life     *life.Life
	Login    *Login
	Browser  Browser
	Notify   notice.Show // nil: the system's notices
	NoIcon   bool        // show no icon

	// Fake is for tests: the icon is not shown, but counts as shown, and tests look at
	// [Desk.View].
	Fake bool
}

// A Desk is the icon in the tray and the lines that the plug-ins add to it. Its
// methods may be called concurrently. Make one with [New].
type Desk struct {
	c       Config
	tray    *tray.Tray         // nil: no icon
	served  chan struct{}      // holds a token after requests
	update  chan struct{}      // holds a token when the plug-ins are to be asked
	refresh chan chan struct{} // the same, with a channel to close after that
	asking  chan struct{}      // holds a token while the plug-ins are asked
	notices *notice.Notifier   // nil: Config.Notify shows them

	mu       sync.Mutex
	speakers []speaker
	info     Info   // of all plug-ins
	hint     string // where the page is, for an owner whose browser did not open
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
			slog.Warn("no icon in the tray; the pages have a bar in its place", "because", err)
			saidSo.Do(func() {
				fmt.Fprintf(d.c.Stderr, "%s: the pages have a bar with what the tray's icon would offer: %v\n", d.c.Name, err)
			})
		},
	}
}

func (d *Desk) startAtLogin(on bool) {
	if err := d.c.Login.Set(on); err != nil {
		slog.Error("not changed", "err", err)
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

// Run shows the icon until [Desk.Quit] is called and the program has ended. It must
// be called on the main goroutine. When a Windows session ends, it does not return.
func (d *Desk) Run() {
	if d.tray != nil {
		go d.countDown()
		d.tray.Run(context.Background())
	}
	<-d.c.Life.Ended()
}

// Quit removes the icon. It does not wait. Clicks on notices do nothing any more.
func (d *Desk) Quit() {
	if d.notices != nil {
		d.notices.Close()
	}
	if d.tray != nil {
		d.tray.Quit()
	}
}

// Retry looks for a place for the icon in the desktop session that the process is
// in by now.
func (d *Desk) Retry() {
	if d.tray != nil {
		d.tray.Retry()
	}
}

// Browse opens a page, such as "/" or "/?year=2003", in the browser. It does not
// wait.
func (d *Desk) Browse(page string) {
	d.c.Browser(d.c.URL+strings.TrimPrefix(page, "/"), d.opened)
}

// Notify shows n, which [notice.Check] has returned; see [notice.Show].
func (d *Desk) Notify(n notice.Notice, shown func(err error)) { d.c.Notify(n, shown) }

// opened tells the owner where the page is if the browser did not open it because
// of err, by all means that need no browser.
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

// draw shows the present state in the tray.
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

// action returns what a click on the line of item does, whatever its plug-in shows
// in that place by then. Nil means nothing.
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

// countDown shows how much is left to finish, from the begin of the end.
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

// host returns the host and port of the address of a home page.
func host(url string) string {
	return strings.TrimSuffix(strings.TrimPrefix(url, "http://"), "/")
}
