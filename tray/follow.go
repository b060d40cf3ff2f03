//go:build (linux && !android) || freebsd || openbsd || netbsd || windows || (darwin && cgo)

package tray

import (
	"context"
	"runtime"
	"time"
)

// A face is the visible part of the icon without its menu.
type face struct {
	tooltip string
	mark    mark
}

// face returns the face of the latest State.
func (t *Tray) face() face {
	s := t.latest.get()
	return face{tip(runtime.GOOS, s.tooltip(t.Name)), s.mark()}
}

// faceInterval is the minimum time between two changes of the face. A change costs the
// panel a few messages, and the program the drawing of an icon.
const faceInterval = 250 * time.Millisecond

// follow shows each new State with showMenu, setTooltip and setMark, until ctx is canceled.
// f is the face that is already shown. It does no work between changes.
func (t *Tray) follow(ctx context.Context, showMenu func(State), f face, setTooltip func(string), setMark func(mark)) {
	var pause <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.latest.changed:
			showMenu(t.latest.get())
		case <-pause:
			pause = nil
		}
		now := t.face()
		if pause != nil || now == f {
			continue
		}
		if now.mark != f.mark {
			setMark(now.mark)
		}
		if now.tooltip != f.tooltip {
			setTooltip(now.tooltip)
		}
		f, pause = now, time.After(faceInterval)
	}
}
