package desk

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

// lines is what the plug-ins add to the icon's tooltip and menu, and to the bar of
// the pages.
type lines struct {
	tooltip []string
	items   []dibbler.TrayItem
}

// A speaker is a plug-in that has lines.
type speaker struct {
	plugin any
	items  dibbler.TrayPlugin  // or nil
	tip    dibbler.TrayTooltip // or nil
}

func speakers(plugins []any) (all []speaker) {
	for _, plugin := range plugins {
		s := speaker{plugin: plugin}
		s.items, _ = plugin.(dibbler.TrayPlugin)
		s.tip, _ = plugin.(dibbler.TrayTooltip)
		if s.items != nil || s.tip != nil {
			all = append(all, s)
		}
	}
	return all
}

func ask(speakers []speaker) (l lines) {
	for _, s := range speakers {
		if s.tip != nil {
			guard(s.plugin, "TrayTooltip", func() { l.tooltip = append(l.tooltip, s.tip.TrayTooltip()) })
		}
		if s.items != nil {
			guard(s.plugin, "TrayItems", func() { l.items = append(l.items, s.items.TrayItems()...) })
		}
	}
	return l
}

// guard calls f. A plug-in that panics in it does not take the program with it.
func guard(plugin any, hook string, f func()) {
	defer func() {
		if v := recover(); v != nil {
			slog.Error("plug-in panicked", "plugin", fmt.Sprintf("%T", plugin), "in", hook, "panic", v, "stack", string(debug.Stack()))
		}
	}()
	f()
}

// Items returns the lines that the plug-ins have added to the menu, as they were
// when the plug-ins were last asked. The caller must not change them.
func (d *Desk) Items() []dibbler.TrayItem {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.lines.items
}

// Do does what item says and waits for it. When the program ends, the action is
// told so and finishes like a request. The lines are fresh when Do returns.
func (d *Desk) Do(item dibbler.TrayItem) error {
	err := d.c.Life.Do(item.Label, item.Do)
	d.Refresh()
	return err
}

// refreshTimeout is how long the start and [Desk.Refresh] wait for plug-ins that hang.
const refreshTimeout = time.Second

// Refresh has the plug-ins asked for their lines now, and waits for that.
func (d *Desk) Refresh() {
	if len(d.plugins) == 0 {
		d.draw()
		return
	}
	timeout := time.NewTimer(refreshTimeout)
	defer timeout.Stop()
	done := make(chan struct{})
	select {
	case d.refresh <- done:
	case <-timeout.C:
		d.draw()
		return
	case <-d.c.Life.Stopping():
		return
	}
	select {
	case <-done:
	case <-timeout.C:
		d.draw()
	case <-d.c.Life.Stopping():
	}
}

// Served notes that a request was answered, after which plug-ins may have other
// lines.
func (d *Desk) Served() {
	select {
	case d.served <- struct{}{}:
	default: // it is noted already
	}
}

// Task returns the task that keeps the lines fresh: it asks the plug-ins after
// requests, but not more than once a second, every hour, and when [Desk.Refresh]
// is called. Nothing else asks them, so answers stay in order, and a plug-in that
// hangs holds up nothing but its lines.
func (d *Desk) Task() *dibbler.Task {
	return &dibbler.Task{Name: "tray", Run: d.keepFresh}
}

func (d *Desk) keepFresh(ctx context.Context) error {
	if len(d.plugins) == 0 {
		return nil
	}
	served, pause, hours := d.served, (<-chan time.Time)(nil), hours(ctx)
	for {
		var done chan struct{}
		select {
		case <-served:
			served, pause = nil, time.After(time.Second)
		case <-pause:
			served, pause = d.served, nil
			continue
		case done = <-d.refresh:
		case <-hours:
		case <-ctx.Done():
			return nil
		}
		d.ask(ctx)
		d.draw()
		if done != nil {
			close(done)
		}
	}
}

// ask asks the plug-ins for their lines. Those that do not answer before ctx is done
// keep the lines that they had.
func (d *Desk) ask(ctx context.Context) {
	answer := make(chan lines, 1)
	go func() { answer <- ask(d.plugins) }()
	select {
	case fresh := <-answer:
		d.mu.Lock()
		d.lines = fresh
		d.mu.Unlock()
	case <-ctx.Done():
	}
}
