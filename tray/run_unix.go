//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"context"
	"os"
	"runtime"
	"sync"
	"time"

	"fyne.io/systray"
	"github.com/godbus/dbus/v5"
)

// The library locks the main goroutine to the main thread, which only other systems need.
// Unlocking it makes the start of a program faster, because switches to and from the main
// goroutine are no longer switches of threads.
func init() { runtime.UnlockOSThread() }

// loop shows the icon on another goroutine, so that it returns even if the session bus does
// not answer.
func (t *Tray) loop() {
	returned := make(chan struct{})
	go func() {
		defer close(returned)
		t.showInSessions()
	}()
	<-t.quit.Done()
	select {
	case <-returned:
	case <-time.After(time.Second): // the bus does not answer
	}
}

// showInSessions shows the icon in one desktop session after the other until Quit. If there
// is no session bus, it waits for Retry.
func (t *Tray) showInSessions() {
	defer systray.Quit()
	var m *busMenu
	for t.quit.Err() == nil {
		// Connect first, because the library would start a bus, which would keep running
		// after the program.
		address := os.Getenv(busVariable)
		bus, err := connect(t.quit)
		if err == nil {
			if m == nil {
				m = &busMenu{chosen: t.choose}
				systray.SetTitle(t.Name) // becomes the Id of the icon
				if t.Menu.Open != nil {
					systray.SetOnTapped(t.tap)
				}
				if t.Menu.Page != nil {
					// On Windows, this would replace the menu.
					systray.SetOnSecondaryTapped(t.secondaryTap)
				}
			}
			err = t.showInSession(address, bus, m)
			bus.Close()
		}
		if err == nil {
			continue
		}
		t.report(err)
		select {
		case <-t.again:
		case <-t.quit.Done():
		}
	}
}

// showInSession shows the icon on the session bus at address until that is no longer
// possible, and returns the reason. It returns nil if Retry was called and there is a new
// session. It does not use the library's loop, which panics at its end if the bus is lost.
func (t *Tray) showInSession(address string, bus *dbus.Conn, m *busMenu) error {
	start, _ := systray.RunWithExternalLoop(nil, nil)
	start()
	shared, err := dbus.SessionBus() // the library's connection
	if err != nil {
		return errBusLost
	}
	defer shared.Close() // panels drop the icon of a closed connection
	show := func(s State) { m.show(t.Menu.lines(s, len(s.Items))) }
	show(t.latest.get())
	if err := m.export(shared); err != nil {
		return errBusLost
	}
	f := t.face()
	it, err := exportItem(shared, t.Name, drawnIcon{picture: t.Icon.PNG, path: t.IconFile}, f)
	if err != nil {
		return errBusLost
	}
	defer it.icon.close()

	signals, err := subscribe(t.quit, bus)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(t.quit)
	var following sync.WaitGroup
	following.Go(func() { t.follow(ctx, show, f, it.setTooltip, it.setMark) })
	defer following.Wait()
	defer stop()
	return t.watch(address, signals, it)
}
