// Package tray shows the icon of a program in the system tray, with a menu to open the
// program, see its state and end it.
//
//	t := &tray.Tray{Name: "Dibbler", Icon: icon, Menu: tray.Menu{Open: openPage, Shutdown: shutdown}}
//	t.Update(func() tray.State { return tray.State{Address: "127.0.0.1:8888"} })
//	t.Run(ctx) // on the main goroutine, until ctx is done or t.Quit is called
//
// # Without a tray
//
// A program can run without a tray: if there is no session bus or no panel that shows
// icons, over SSH, and in a macOS program built without cgo, [Tray.Run] still blocks until
// ctx is done or Quit is called. [Tray.Report] is called with the reason why there is no
// icon, and again when a panel starts or ends. To use a session bus that started later,
// call [Tray.Retry].
//
// # Systems
//
// Linux and BSD: the icon is a StatusNotifierItem on the D-Bus session bus. The package
// does not start a bus. GNOME needs its AppIndicator extension. The package, including
// State.Status and changing menus, was tested on Xfce, Plasma, GNOME, Cinnamon, LXQt,
// MATE's indicator applet, and swaybar, which has no menus.
//
// Windows: the icon follows the colour of the task bar. If the program starts before the
// task bar, as at login, it waits up to two minutes for the task bar. After a crash of
// Explorer, the icon is shown in the new task bar. The package was tested under wine, but
// not on Windows.
//
// macOS: the menu bar colours the icon. The package was not tested on a Mac.
//
// # Log
//
// The systray library logs to the default logger of package log, and this package to that
// of log/slog. [log/slog.SetDefault] redirects both.
package tray

import (
	"context"
	"sync"
	"time"
)

// A Tray is an icon with its menu. The exported fields must not be changed after Run was
// called. A process can run only one Tray, and only once.
type Tray struct {
	// Name is the name of the program, for the tooltip and the panel.
	Name string
	Icon Icon
	Menu Menu

	// IconFile is the absolute path of a file in an existing folder. On Linux and BSD,
	// Run writes Icon.PNG to it, because panels that use the Ayatana service, such as
	// the indicator applets of MATE and Budgie, read icons only from files. If empty,
	// those panels show a placeholder. While State.Status is not Idle, Run writes one or
	// two further files with longer names beside it.
	IconFile string

	// Report is called with nil when a panel shows the icon, and with the reason when none
	// does: as soon as this is known, and then after each change from one to the other.
	// Calls are not concurrent.
	Report func(err error)

	// Ending is called, at most once, when the system and not Quit removes the icon: the
	// Windows session ends, Windows tells the program to close, or macOS quits it. Ending
	// must clean up, because the system may end the process as soon as Ending returns. If
	// the process still runs, Run returns.
	Ending func()

	setUp  sync.Once
	quit   context.Context // canceled by Quit
	cancel context.CancelFunc
	again  chan struct{} // has a value after Retry
	ending sync.Once

	latest latest
	place  place
	taps   taps
	clicks queues // by the key of the line
}

func (t *Tray) init() {
	t.setUp.Do(func() {
		t.quit, t.cancel = context.WithCancel(context.Background())
		t.again = make(chan struct{}, 1)
		t.latest.changed = make(chan struct{}, 1)
	})
}

// Run shows the icon and blocks until ctx is done, Quit is called or the system ends the
// program. It must be called on the main goroutine, because macOS delivers events only to
// the main thread.
func (t *Tray) Run(ctx context.Context) {
	t.init()
	stop := context.AfterFunc(ctx, t.Quit)
	defer stop()
	if t.quit.Err() == nil && ctx.Err() == nil {
		t.loop()
	}
}

// Quit removes the icon and makes Run return. It does not wait for that. It may be called
// before Run, more than once and concurrently.
func (t *Tray) Quit() {
	t.init()
	t.cancel()
}

// Retry makes Run try again to show the icon, if no panel shows it. Call it when a new
// desktop session has begun, in a program that was started outside of a session or is still
// running after one. Run then uses the session bus in the environment variable
// DBUS_SESSION_BUS_ADDRESS. On Windows and macOS, where programs end with the session, Retry
// does nothing. It does not wait, and may be called concurrently.
func (t *Tray) Retry() {
	t.init()
	if t.Shown() {
		return
	}
	select {
	case t.again <- struct{}{}:
	default: // the channel has a value
	}
}

// Update calls snapshot and shows the State that it returns, unless a later call of
// Update has already shown a newer State. It waits for snapshot, but not for the panel.
// It may be called before Run and concurrently. If calls follow each other quickly, some
// of their States may not be shown, but the last is. On Windows and macOS, the menu shows
// only the first 64 of State.Items.
func (t *Tray) Update(snapshot func() State) {
	t.init()
	t.latest.update(snapshot)
}

// Shown reports whether a panel shows the icon, that is, whether the last argument of Report
// was nil. It may be called concurrently.
func (t *Tray) Shown() bool { return t.place.found() }

// report records that a panel shows the icon (nil), or why no panel does.
func (t *Tray) report(missing error) { t.place.set(t.quit, missing, t.Report) }

// removed is called when the library has removed the icon.
func (t *Tray) removed() {
	if t.quit.Err() != nil {
		return // by Quit
	}
	if t.Ending != nil {
		t.ending.Do(t.Ending)
	}
	t.Quit()
}

// tap is called for a click on the icon itself.
func (t *Tray) tap() {
	if t.taps.first(time.Now()) && !t.latest.get().Draining {
		t.clicks.add("open", t.Menu.Open)
	}
}

// secondaryTap is called for a click on the icon with another button in panels that do not
// open the menu.
func (t *Tray) secondaryTap() {
	if !t.latest.get().Draining {
		t.clicks.add("page", t.Menu.Page)
	}
}

// choose is called for a click on l, a line of the menu.
func (t *Tray) choose(l line) {
	if l.do != nil {
		t.clicks.add(l.key, l.do)
	}
}
