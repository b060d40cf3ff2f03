//go:build (linux && !android) || freebsd || openbsd || netbsd || windows || (darwin && cgo)

package tray

import (
	"context"
	"log/slog"
	"runtime"
	"time"

	"fyne.io/systray"
)

// A menu is what the library has been told to show.
type menu struct {
	items   []*systray.MenuItem // nil for a separator
	looks   []look
	tooltip string
}

// build makes the icon and every line of the menu. Where it must happen
// before the library runs, or after, is for each system's loop to know.
func (t *Tray) build() *menu {
	s := t.current()
	t.slots = len(s.Items)
	lines := t.lines(s)
	t.clicks = make([]queue, len(lines))
	t.setIcon()
	if t.Open != nil {
		systray.SetOnTapped(func() { t.tap(time.Now()) })
	}
	m := &menu{tooltip: s.tooltip(t.Name)}
	systray.SetTooltip(tip(runtime.GOOS, m.tooltip))
	for i, l := range lines {
		m.add(l.look)
		if item := m.items[i]; item != nil {
			t.listen(i, item)
		}
	}
	return m
}

func (m *menu) add(k look) {
	m.looks = append(m.looks, k)
	if k.separator {
		systray.AddSeparator()
		m.items = append(m.items, nil)
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
	m.items = append(m.items, item)
}

// listen does what line i stands for whenever item is chosen. The library
// drops a click that nobody waits for, so it gets a channel with room in it.
func (t *Tray) listen(i int, item *systray.MenuItem) {
	clicked := make(chan struct{}, 64)
	item.ClickedCh = clicked
	go func() {
		for {
			select {
			case <-clicked:
				t.click(i)
			case <-t.quit.Done():
				return
			}
		}
	}()
}

// follow shows each new state until ctx is done.
func (t *Tray) follow(ctx context.Context, m *menu) {
	room := t.slots
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.changed:
		}
		s := t.current()
		if len(s.Items) > room { // said once for each new number
			room = len(s.Items)
			slog.Warn("tray: some items have no line in the menu", "items", room, "lines", t.slots)
		}
		m.show(t.lines(s), s.tooltip(t.Name))
	}
}

// show brings the menu from what it shows to lines, and touches nothing else:
// each change costs the panel two messages.
func (m *menu) show(lines []line, tooltip string) {
	if tooltip != m.tooltip {
		m.tooltip = tooltip
		systray.SetTooltip(tip(runtime.GOOS, tooltip))
	}
	for i, l := range lines {
		if item := m.items[i]; item != nil {
			m.looks[i] = change(item, m.looks[i], l.look)
		}
	}
}

// change brings one line from old to new and returns how it looks now. On
// Windows whatever touches a hidden line shows it, so a hidden one is left as
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
