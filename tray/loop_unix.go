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

// The library binds the main goroutine to the main thread, for the systems that
// want it so. Here nothing does, and each handover from and to that goroutine
// would be one between threads, which starting a program can feel.
func init() { runtime.UnlockOSThread() }

// loop offers the icon aside, so that a bus which does not answer holds up
// nothing.
func (t *Tray) loop() {
	offered := make(chan struct{})
	go func() {
		defer close(offered)
		t.offer()
	}()
	<-t.quit.Done()
	select {
	case <-offered:
	case <-time.After(time.Second): // a bus that does not answer
	}
}

// offer shows the icon until Quit, wherever there is a session bus. It looks for one
// at first and after Retry.
func (t *Tray) offer() {
	defer systray.Quit()
	var m menu
	for t.quit.Err() == nil {
		err := t.show(&m)
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

// show shows the icon as long as there is the session bus, and returns why there is
// none. It returns nil when there is none of the panel that Retry asks for.
//
// It does not use the library's own loop, which breaks at the end when the bus
// is gone. And it asks for the bus before the library does, which would start
// one that outlives the program.
func (t *Tray) show(m *menu) error {
	address := os.Getenv(busVariable)
	bus, err := connect(t.quit)
	if err != nil {
		return err
	}
	defer bus.Close()
	changes, err := subscribe(t.quit, bus)
	if err != nil {
		return err
	}

	// What is set after start may be overtaken by it and get lost.
	if m.items == nil {
		*m = *t.build()
	}
	start, _ := systray.RunWithExternalLoop(nil, nil)
	start()
	icon, err := dbus.SessionBus() // the library's connection
	if err != nil {
		return errBusLost
	}
	defer icon.Close() // panels drop an icon whose connection is closed

	ctx, stop := context.WithCancel(t.quit)
	var following sync.WaitGroup
	following.Go(func() { t.follow(ctx, m) })
	defer following.Wait()
	defer stop()
	return t.watch(address, bus, icon, changes)
}

func (t *Tray) setIcon() {
	systray.SetTitle(t.Name)
	systray.SetIcon(straight(t.Icon.PNG))
}
