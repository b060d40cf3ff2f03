//go:build (linux && !android) || freebsd || openbsd || netbsd || windows || (darwin && cgo)

package tray

import (
	"context"
	"log/slog"
	"runtime"

	"fyne.io/systray"
)

// A display is the menu as the library shows it.
type display struct {
	items []*systray.MenuItem // nil for a separator
	looks []look
}

// newDisplay adds lines to the library's menu. chosen is called with the index
// of a line when it is chosen, until ctx is done.
func newDisplay(ctx context.Context, lines []line, chosen func(i int)) *display {
	d := new(display)
	for i, l := range lines {
		d.add(l.look)
		if item := d.items[i]; item != nil {
			// The library drops a click while nobody receives from this channel,
			// so the channel gets a buffer.
			clicked := make(chan struct{}, 64)
			item.ClickedCh = clicked
			go receive(ctx, clicked, func() { chosen(i) })
		}
	}
	return d
}

func receive(ctx context.Context, clicked <-chan struct{}, do func()) {
	for {
		select {
		case <-clicked:
			do()
		case <-ctx.Done():
			return
		}
	}
}

func (d *display) add(k look) {
	d.looks = append(d.looks, k)
	if k.separator {
		systray.AddSeparator()
		d.items = append(d.items, nil)
		return
	}
	var item *systray.MenuItem
	if text := label(runtime.GOOS, k.label); k.checkable {
		item = systray.AddMenuItemCheckbox(text, "", k.checked)
	} else {
		item = systray.AddMenuItem(text, "")
	}
	if k.disabled {
		item.Disable()
	}
	if k.hidden {
		item.Hide()
	}
	d.items = append(d.items, item)
}

// show changes the menu to lines. It leaves lines alone that look the same:
// each change costs the panel two messages.
func (d *display) show(lines []line) {
	for i, l := range lines {
		if item := d.items[i]; item != nil {
			d.looks[i] = change(item, d.looks[i], l.look)
		}
	}
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

// display builds the menu and the function of a click on the icon. Whether this
// must happen before or after the library starts depends on the system.
func (t *Tray) display() *display {
	s := t.latest.get()
	t.slots = len(s.Items)
	lines := t.Menu.lines(s, t.slots)
	t.clicks = make([]queue, len(lines))
	if t.Menu.Open != nil {
		systray.SetOnTapped(t.tap)
	}
	return newDisplay(t.quit, lines, t.choose)
}

// tooltip is the text of the tooltip for the latest State.
func (t *Tray) tooltip() string {
	return tip(runtime.GOOS, t.latest.get().tooltip(t.Name))
}

// follow shows each new State in d and by setTooltip, until ctx is done. tooltip
// is the text that is shown at first.
func (t *Tray) follow(ctx context.Context, d *display, tooltip string, setTooltip func(string)) {
	warned := t.slots // the last number of items that did not fit
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.latest.changed:
		}
		s := t.latest.get()
		if len(s.Items) > t.slots && len(s.Items) != warned {
			warned = len(s.Items)
			slog.Warn("tray: the menu has too few lines for all items; it shows the first of them", "items", len(s.Items), "lines", t.slots)
		}
		d.show(t.Menu.lines(s, t.slots))
		if text := tip(runtime.GOOS, s.tooltip(t.Name)); text != tooltip {
			tooltip = text
			setTooltip(text)
		}
	}
}
