// Package tray shows a program's icon in the system's tray, with a menu to open
// the program, see its state and end it.
//
//	t := &tray.Tray{Name: "Dibbler", Icon: icon, Menu: tray.Menu{Open: openPage, Shutdown: shutdown}}
//	t.Update(func() tray.State { return tray.State{Address: "127.0.0.1:8888"} })
//	t.Run(ctx) // on the main goroutine, until ctx is done or t.Quit is called
//
// # Without a tray
//
// Nothing depends on the tray. Without a session bus, without a panel that
// shows icons, over SSH, or in a macOS program built without cgo, Run blocks
// all the same until it is told to return. Report says why there is no icon,
// and is called again when a panel starts, ends or restarts. A session bus that
// starts later, or replaces a lost one, is used after [Tray.Retry].
//
// # Systems
//
// Linux and BSD: the icon is a StatusNotifierItem on the D-Bus session bus,
// which is never started for it. GNOME needs its AppIndicator extension. State.Status
// and menus that change have run in Xfce, Plasma, GNOME, Cinnamon, LXQt, MATE's
// indicator applet and swaybar, which has no menus.
//
// Windows: the icon follows the colour of the task bar. A program that starts
// at login may start before the task bar, and waits for it; the icon returns with
// a new task bar after Explorer has crashed. This has run under wine and never on
// Windows itself.
//
// macOS: the menu bar colours the icon. This has never run on a Mac.
//
// # Log
//
// The systray library logs to the standard logger and this package to slog's
// default one; [log/slog.SetDefault] redirects both.
package tray

import (
	"context"
	"sync"
	"time"
)

// A Tray is an icon and its menu. Set the exported fields before Run and do not
// change them after. A process can run one Tray, once.
type Tray struct {
	// Name is the program's, for the tooltip and for the panel.
	Name string
	Icon Icon
	Menu Menu

	// IconFile is an absolute path in a folder that exists. On Linux and BSD,
	// Run keeps Icon.PNG there as a file: panels that show icons through the
	// Ayatana service, such as MATE's and Budgie's indicator applets, read icons
	// only from files. If empty, those panels show a placeholder. While State.Status
	// is not Idle, there are one or two more files beside it, with longer names.
	IconFile string

	// Report is called with nil if the icon has a place in a panel, otherwise
	// with the reason why not. It is called when that is first known and after
	// each change between the two, one call at a time.
	Report func(err error)

	// Ending is called at most once, if the system removes the icon and Quit
	// does not: the Windows session ends, Windows tells the program to close, or
	// macOS quits it. The process may be ended as soon as Ending returns, so it
	// is the place to clean up. Run returns after it, if the process still runs.
	Ending func()

	setUp  sync.Once
	quit   context.Context // done once Quit has been called
	cancel context.CancelFunc
	again  chan struct{} // holds a token after Retry
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

// Run shows the icon, if there is a place for it, and blocks until ctx is done,
// Quit is called or the system ends the program. It must be called on the main
// goroutine, because macOS delivers events only there.
func (t *Tray) Run(ctx context.Context) {
	t.init()
	stop := context.AfterFunc(ctx, t.Quit)
	defer stop()
	if t.quit.Err() == nil && ctx.Err() == nil {
		t.loop()
	}
}

// Quit removes the icon and makes Run return. It does not wait. It may be called
// concurrently, before Run, and more than once.
func (t *Tray) Quit() {
	t.init()
	t.cancel()
}

// Retry makes Run look again for a place for the icon, if it has none. It is for
// a program that outlives a desktop session, or was started outside of one, and
// learns of a new session; the session bus is then the one in the environment
// variable DBUS_SESSION_BUS_ADDRESS. On Windows and macOS programs end with the
// session, and Retry does nothing. It does not wait, and may be called
// concurrently.
func (t *Tray) Retry() {
	t.init()
	if t.Shown() {
		return
	}
	select {
	case t.again <- struct{}{}:
	default: // the token is there
	}
}

// Update calls snapshot and shows its State from now on, unless the snapshot of a
// later call of Update has been taken in the meantime: an older State never
// replaces a newer one. It waits for nothing but snapshot. It may be called
// concurrently, and before Run. Of updates in quick succession only the last may
// be shown. On Windows and macOS the menu shows the first 64 State.Items.
func (t *Tray) Update(snapshot func() State) {
	t.init()
	t.latest.update(snapshot)
}

// Shown reports whether the icon has a place now, as last passed to Report.
func (t *Tray) Shown() bool { return t.place.found() }

// report records that the icon has a place (nil), or why it has none.
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

// secondaryTap is called for a click on the icon with another button, in panels
// that do not open the menu then.
func (t *Tray) secondaryTap() {
	if !t.latest.get().Draining {
		t.clicks.add("page", t.Menu.Page)
	}
}

// choose is called for a click on l, a line of the menu as it is shown.
func (t *Tray) choose(l line) {
	if l.do != nil {
		t.clicks.add(l.key, l.do)
	}
}
