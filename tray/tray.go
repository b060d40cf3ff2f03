// Package tray shows a program's icon in the system's tray, with a menu: open
// the program, see how it is, end it.
//
//	t := &tray.Tray{Name: "Dibbler", Icon: icon, Open: openBrowser, Shutdown: shutdown}
//	t.Update(tray.State{Address: "127.0.0.1:8888"})
//	t.Run(ctx) // on the main goroutine, until ctx is done or t.Quit is called
//
// # Where there is no tray
//
// Nothing depends on the tray. Without a session bus, without a panel that
// shows icons, over SSH, or in a macOS program built without cgo, Run blocks
// all the same until it is told to return. Report is told why there is no
// icon, and again when a panel comes, goes, or comes back. A session bus that
// comes later, or after one that was lost, is used after [Tray.Retry].
//
// # What each system does
//
// Linux and BSD: the icon is a StatusNotifierItem on the D-Bus session bus. No
// bus is ever started for it. A click opens the program and the other button
// opens the menu; GNOME needs its AppIndicator extension.
//
// Windows: the icon follows the colour of the task bar. A program that starts
// at log-in may be earlier than the task bar, and waits for it. This has run
// under wine and never on Windows itself.
//
// macOS: the menu bar colours the icon. This has never run on a Mac.
//
// # Log
//
// The systray library writes to the standard logger and this package to slog's
// default one; [log/slog.SetDefault] brings both to one place.
package tray

import (
	"context"
	"sync"
	"time"
)

// A Tray is an icon and its menu. Set the exported fields before Run and leave
// them alone after. A process has room for one Tray, run once.
//
// The functions are called on goroutines of their own, the calls of each one
// after the other, so they may take their time: clicks wait, and none is lost.
// A line whose function is nil is left out of the menu.
type Tray struct {
	// Name is the program's, for the tooltip and for the panel.
	Name string
	Icon Icon

	// Open is called for a click on the icon and for the menu's first line.
	Open func()
	// ShowLog shows the program's log.
	ShowLog func()
	// StartAtLogin is called with what the check mark should become. The mark
	// changes with the next Update.
	StartAtLogin func(on bool)
	// Shutdown ends the program when what is in flight has been answered.
	Shutdown func()
	// QuitNow ends it without waiting any longer. It is offered, in the place
	// of Shutdown, while State.Draining is set.
	QuitNow func()

	// Report is told whether the icon has a place: nil when it has, otherwise
	// why not. It is called when that is first known and whenever it changes,
	// one call at a time.
	Report func(err error)

	// Ending is called at most once, when the system takes the icon away and
	// not Quit: the Windows session ends or the program is told to close, or
	// macOS quits it. Run returns after that, unless the process is gone
	// before, so what must be cleaned up is cleaned up here.
	Ending func()

	setUp   sync.Once
	quit    context.Context // done once Quit has been called
	cancel  context.CancelFunc
	changed chan struct{} // holds a token while the menu is behind state
	again   chan struct{} // holds a token after Retry

	ending sync.Once

	mu     sync.Mutex
	state  State
	tapped time.Time // when the icon was last clicked
	told   bool      // whether Report has been called
	reason error     // with what

	reporting sync.Mutex // held while Report runs; taken before mu

	slots  int     // how many lines the menu has for State.Items
	clicks []queue // of each line of the menu
}

func (t *Tray) init() {
	t.setUp.Do(func() {
		t.quit, t.cancel = context.WithCancel(context.Background())
		t.changed = make(chan struct{}, 1)
		t.again = make(chan struct{}, 1)
	})
}

// Run shows the icon, where there is a place for it, and blocks until ctx is
// done, Quit is called or the system has ended the program. It belongs on the
// main goroutine, because macOS delivers events nowhere else.
func (t *Tray) Run(ctx context.Context) {
	t.init()
	stop := context.AfterFunc(ctx, t.Quit)
	defer stop()
	if t.quit.Err() == nil && ctx.Err() == nil {
		t.loop()
	}
}

// Quit takes the icon away and lets Run return. It does not wait, and may be
// called from anywhere, before Run as well, any number of times.
func (t *Tray) Quit() {
	t.init()
	t.cancel()
}

// Retry has Run look for a place for the icon again, if it has none. It is for a
// program that outlives a desktop session, or was started outside of any, and
// learns of a new one; the session bus is the one that the environment names by
// then. Elsewhere than on Linux and BSD programs end with the session, and Retry
// does nothing. It does not wait, and may be called from anywhere.
func (t *Tray) Retry() {
	t.init()
	if t.Shown() {
		return
	}
	select {
	case t.again <- struct{}{}:
	default: // it is about to look
	}
}

// Update shows s from now on. It does not wait, and may be called from
// anywhere, before Run as well. Of updates in quick succession only the last
// may be seen.
//
// Run makes room for as many State.Items as there are then; of more than that
// in later updates, the first are shown.
func (t *Tray) Update(s State) {
	t.init()
	t.mu.Lock()
	t.state = s
	t.mu.Unlock()
	select {
	case t.changed <- struct{}{}:
	default: // it is already known that the menu is behind
	}
}

func (t *Tray) current() State {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.state
}

// Shown tells whether the icon has a place now, as Report was last told.
func (t *Tray) Shown() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.told && t.reason == nil
}

// report notes that the icon has a place, or why it has none, and passes it on
// if that is news. After Quit nothing is.
func (t *Tray) report(reason error) {
	t.reporting.Lock()
	defer t.reporting.Unlock()
	if t.quit.Err() != nil {
		return
	}
	t.mu.Lock()
	news := !t.told || (reason == nil) != (t.reason == nil)
	t.told, t.reason = true, reason
	t.mu.Unlock()
	if news && t.Report != nil {
		t.Report(reason)
	}
}

// exited is called when the icon is taken away, which is news only when it was
// not Quit that did it.
func (t *Tray) exited() {
	if t.quit.Err() != nil {
		return
	}
	if t.Ending != nil {
		t.ending.Do(t.Ending)
	}
	t.Quit()
}
