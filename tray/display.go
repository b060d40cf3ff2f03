//go:build windows || (darwin && cgo)

package tray

import (
	"context"
	"log/slog"
	"runtime"
	"sync"

	"fyne.io/systray"
)

// slots is the number of menu lines for State.Items. The library can only append lines, so
// all of them are added at the start and hidden.
const slots = 64

// A display is the menu that the library shows.
type display struct {
	ctx    context.Context // canceled when clicks are to be ignored
	chosen func(line)
	items  []*systray.MenuItem // nil for a separator
	looks  []look
	warned int // the last number of State.Items for which a warning was logged

	mu    sync.Mutex
	lines []line
}

// newDisplay builds the menu, and sets the function for a click on the icon.
func (t *Tray) newDisplay() *display {
	d := &display{ctx: t.quit, chosen: t.choose}
	if t.Menu.Open != nil {
		systray.SetOnTapped(t.tap)
	}
	for _, l := range t.Menu.lines(State{}, slots) {
		d.add(l.look)
	}
	d.show(t.Menu, t.latest.get())
	return d
}

func (d *display) add(k look) {
	if k.separator {
		systray.AddSeparator()
		d.items, d.looks = append(d.items, nil), append(d.looks, k)
		return
	}
	item := systray.AddMenuItem("", "")
	item.Hide()
	d.items, d.looks = append(d.items, item), append(d.looks, look{hidden: true})
}

// show changes the menu to that of s. It changes only lines that look different.
func (d *display) show(m Menu, s State) {
	if n := len(s.Items); n > slots && n != d.warned {
		d.warned = n
		slog.Warn("tray: too many items for the menu; only the first are shown", "items", n, "lines", slots)
	}
	lines := m.lines(s, slots)
	d.mu.Lock()
	d.lines = lines
	d.mu.Unlock()
	for i, l := range lines {
		if item := d.items[i]; item != nil {
			if !l.hidden && cap(item.ClickedCh) == 0 {
				d.receive(i)
			}
			d.looks[i] = change(item, d.looks[i], l.look)
		}
	}
}

// receive receives the clicks on line i.
func (d *display) receive(i int) {
	// The library drops a click if this channel is not ready, so the channel gets a buffer.
	clicked := make(chan struct{}, 64)
	d.items[i].ClickedCh = clicked
	go func() {
		for {
			select {
			case <-clicked:
				d.mu.Lock()
				l := d.lines[i]
				d.mu.Unlock()
				d.chosen(l)
			case <-d.ctx.Done():
				return
			}
		}
	}()
}

// change changes the look of a line from old to new, and returns its look afterwards. On
// Windows, any change of a hidden line shows it, so a hidden line keeps its old look.
func change(item *systray.MenuItem, old, new look) look {
	if new.hidden {
		if !old.hidden {
			item.Hide()
		}
		old.hidden = true
		return old
	}
	if new.label != old.label {
		item.SetTitle(label(runtime.GOOS, new.label))
	}
	if new.disabled && !old.disabled {
		item.Disable()
	} else if !new.disabled && old.disabled {
		item.Enable()
	}
	if new.checked && !old.checked {
		item.Check()
	} else if !new.checked && old.checked {
		item.Uncheck()
	}
	if old.hidden {
		item.Show()
	}
	return new
}
