//go:build (linux && !android) || freebsd || openbsd || netbsd || windows || (darwin && cgo)

package tray

import (
	"context"
	"runtime"
)

// tooltip is the text of the tooltip for the latest State.
func (t *Tray) tooltip() string {
	return tip(runtime.GOOS, t.latest.get().tooltip(t.Name))
}

// follow shows each new State by show and its tooltip by setTooltip, until ctx is
// done. tooltip is the text that is shown at first.
func (t *Tray) follow(ctx context.Context, show func(State), tooltip string, setTooltip func(string)) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.latest.changed:
		}
		show(t.latest.get())
		if text := t.tooltip(); text != tooltip {
			tooltip = text
			setTooltip(text)
		}
	}
}
