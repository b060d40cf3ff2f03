//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
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

// offer shows the icon until Quit, if there is a session bus.
//
// It does not use the library's own loop, which breaks at the end when the bus
// is gone. And it asks for the bus before the library does, which would start
// one that outlives the program.
func (t *Tray) offer() {
	bus, err := connect(t.quit)
	if err != nil {
		t.report(err)
		return
	}
	defer bus.Close()
	changes, err := subscribe(t.quit, bus)
	if err != nil {
		t.report(err)
		return
	}

	// What is set after start may be overtaken by it and get lost.
	m := t.build()
	start, _ := systray.RunWithExternalLoop(nil, nil)
	start()
	defer remove()

	var following sync.WaitGroup
	following.Go(func() { t.follow(m) })
	defer following.Wait()
	t.watch(bus, changes)
	<-t.quit.Done()
}

// remove takes the icon away: panels drop an icon whose connection is closed.
func remove() {
	systray.Quit()
	// The library's connection is the one that this returns. Where it was
	// lost there is another or none, and nothing left to remove.
	if bus, err := dbus.SessionBus(); err == nil {
		bus.Close()
	}
}

func (t *Tray) setIcon() {
	systray.SetTitle(t.Name)
	systray.SetIcon(straight(t.Icon.PNG))
}
