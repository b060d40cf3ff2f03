//go:build windows || (darwin && cgo)

package tray

import (
	"context"
	"log/slog"
	"runtime"
	"sync"

	"fyne.io/systray"
)

// slots is how many lines the menu has for State.Items. The library can only append
// lines, so those that may be needed are there from the start, hidden.
const slots = 64

// A display is the menu as the library shows it.
type display struct {
	ctx    context.Context // done when clicks no longer count
	chosen func(line)
	items  []*systray.MenuItem // nil for a separator
	looks  []look
	warned int // the last number of State.Items that did not fit

	mu    sync.Mutex
	lines []line
}

// newDisplay builds the menu, for a click on the icon as well.
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

// show changes the menu to that of s. It leaves lines alone that look the same.
func (d *display) show(m Menu, s State) {
	if n := len(s.Items); n > slots && n != d.warned {
		d.warned = n
		slog.Warn("tray: the menu has too few lines for all items; it shows the first of them", "items", n, "lines", slots)
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
	// The library drops a click while nobody receives from this channel, so the
	// channel gets a buffer.
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

// change changes the look of one line and returns its look afterwards. On
// Windows every change of a hidden line shows it, so a hidden line is left as
// it was.
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
