package desk

import (
	"context"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
)

// An Info is a plug-in's part of the icon, its tooltip and its menu, and of the bar on
// the pages.
type Info struct {
	Items   []Item
	Tooltip []string
	Status  tray.Status
	Done    float64 // see [tray.State]
}

// An Item is an item of the icon's menu. It opens Page or calls Do. An item with neither
// is grey.
type Item struct {
	Label     string
	Page      string
	Do        func(ctx context.Context) error
	Checkable bool
	Checked   bool
}

// A trayFunc is a function of [Desk.AddTray].
type trayFunc struct {
	plugin string // its name, for messages
	info   func() Info
}

// AddTray registers info to be called for the Info of a plug-in. plugin is the name of the
// plug-in, for messages.
func (d *Desk) AddTray(plugin string, info func() Info) {
	d.mu.Lock()
	d.trayFuncs = append(d.trayFuncs, trayFunc{plugin, info})
	d.mu.Unlock()
	d.Update()
}

// askAll calls the functions, and combines their Infos. It uses the most urgent status,
// and the smallest fraction of work.
func askAll(trayFuncs []trayFunc) (all Info) {
	for _, f := range trayFuncs {
		info := f.ask()
		all.Items = append(all.Items, info.Items...)
		all.Tooltip = append(all.Tooltip, info.Tooltip...)
		switch {
		case info.Status > all.Status:
			all.Status, all.Done = info.Status, info.Done
		case info.Status == all.Status:
			all.Done = min(all.Done, info.Done)
		}
	}
	return all
}

// ask returns the Info of f. It recovers from panics.
func (f trayFunc) ask() Info {
	defer func() {
		if v := recover(); v != nil {
			slog.Error("plug-in panicked", "plugin", f.plugin, "in", "Tray", "panic", v, "stack", string(debug.Stack()))
		}
	}()
	return f.info()
}

// Items returns the menu items of the plug-ins, as of the last time they were asked. The
// caller must not change them.
func (d *Desk) Items() []Item {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.info.Items
}

// Do performs the action of item and waits for it. When the program ends, the action's
// context is canceled, and it can finish like a request. When Do returns, the plug-ins
// have been asked again.
func (d *Desk) Do(item Item) error {
	err := d.c.Life.Do(item.Label, item.Do)
	d.Refresh()
	return err
}

// refreshTimeout is how long the start and [Desk.Refresh] wait for plug-ins that hang.
const refreshTimeout = time.Second

// Refresh asks the plug-ins for their Infos now, and waits for them.
func (d *Desk) Refresh() {
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

// Update causes the plug-ins to be asked soon. It does not wait.
func (d *Desk) Update() { note(d.update) }

// Served notes that a request was answered, which may change the plug-ins' Infos.
func (d *Desk) Served() { note(d.served) }

// note puts a token into c, unless c has one.
func note(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Task returns the task that asks the plug-ins: after requests, at most once a second;
// every hour; and when [Desk.Refresh] or [Desk.Update] is called. Nothing else asks them.
// So the answers stay in order, and a plug-in that hangs delays only the menu.
func (d *Desk) Task() *dibbler.Task {
	return &dibbler.Task{Name: "tray", Run: d.keepFresh}
}

func (d *Desk) keepFresh(ctx context.Context) error {
	var pause <-chan time.Time
	var hour <-chan struct{}
	served := d.served
	for {
		if hour == nil && d.hasTrayFuncs() {
			hour = hours(ctx)
		}
		var done chan struct{}
		select {
		case <-served:
			served, pause = nil, time.After(time.Second)
		case <-pause:
			served, pause = d.served, nil
			continue
		case done = <-d.refresh:
		case <-d.update:
		case <-hour:
		case <-ctx.Done():
			return nil
		}
		if done == nil && !d.hasTrayFuncs() {
			continue
		}
		d.ask(ctx)
		d.draw()
		if done != nil {
			close(done)
		}
	}
}

func (d *Desk) hasTrayFuncs() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.trayFuncs) > 0
}

// AskFirst asks the plug-ins before the task runs, and waits for up to a second. It
// replaces earlier calls of [Desk.Update], so the task does not ask them again.
func (d *Desk) AskFirst() {
	select {
	case <-d.update:
	default:
	}
	bounded, cancel := context.WithTimeout(context.Background(), refreshTimeout)
	defer cancel()
	d.ask(bounded)
	d.draw()
}

// ask asks the plug-ins for their Infos, and waits until ctx is done. They are not asked
// again before they have answered, so their answers stay in order.
func (d *Desk) ask(ctx context.Context) {
	select {
	case d.asking <- struct{}{}:
	case <-ctx.Done():
		return
	}
	d.mu.Lock()
	trayFuncs := d.trayFuncs
	d.mu.Unlock()
	answered := make(chan struct{})
	go func() {
		fresh := askAll(trayFuncs)
		d.mu.Lock()
		d.info = fresh
		d.mu.Unlock()
		<-d.asking
		close(answered)
		if ctx.Err() != nil {
			d.draw() // the caller no longer waits
		}
	}()
	select {
	case <-answered:
	case <-ctx.Done():
	}
}
