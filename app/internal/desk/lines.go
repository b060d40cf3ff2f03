package desk

import (
	"context"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
)

// An Info is what a plug-in shows in the icon's tooltip and menu, and in the bar of
// the pages.
type Info struct {
	Items   []Item
	Tooltip []string
	Status  tray.Status
	Done    float64 // as of [tray.State]
}

// An Item is a line in the icon's menu. It opens Page or calls Do. With neither it is
// grey.
type Item struct {
	Label     string
	Page      string
	Do        func(ctx context.Context) error
	Checkable bool
	Checked   bool
}

// A speaker is a plug-in that has lines.
type speaker struct {
	plugin string // for messages
	info   func() Info
}

// AddTray has info asked for the lines of a plug-in, of this name in messages, from
// now on. It is called by one goroutine at a time.
func (d *Desk) AddTray(plugin string, info func() Info) {
	d.mu.Lock()
	d.speakers = append(d.speakers, speaker{plugin, info})
	d.mu.Unlock()
	d.Update()
}

// askAll asks speakers, and puts together what they say. The most urgent status is
// shown, and of several shares of work the least.
func askAll(speakers []speaker) (all Info) {
	for _, s := range speakers {
		info := s.ask()
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

// ask asks s. A plug-in that panics in it does not take the program with it.
func (s speaker) ask() Info {
	defer func() {
		if v := recover(); v != nil {
			slog.Error("plug-in panicked", "plugin", s.plugin, "in", "Tray", "panic", v, "stack", string(debug.Stack()))
		}
	}()
	return s.info()
}

// Items returns the lines that the plug-ins have added to the menu, as they were
// when the plug-ins were last asked. The caller must not change them.
func (d *Desk) Items() []Item {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.info.Items
}

// Do does what item says and waits for it. When the program ends, the action is
// told so and finishes like a request. The lines are fresh when Do returns.
func (d *Desk) Do(item Item) error {
	err := d.c.Life.Do(item.Label, item.Do)
	d.Refresh()
	return err
}

// refreshTimeout is how long the start and [Desk.Refresh] wait for plug-ins that hang.
const refreshTimeout = time.Second

// Refresh has the plug-ins asked for their lines now, and waits for that.
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

// Update has the plug-ins asked for their lines soon. It does not wait.
func (d *Desk) Update() { note(d.update) }

// Served notes that a request was answered, after which plug-ins may have other
// lines.
func (d *Desk) Served() { note(d.served) }

// note puts a token into c, unless there is one already.
func note(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// Task returns the task that keeps the lines fresh: it asks the plug-ins after
// requests, but not more than once a second, every hour, and when [Desk.Refresh] or
// [Desk.Update] is called. Nothing else asks them, so answers stay in order, and a
// plug-in that hangs holds up nothing but its lines.
func (d *Desk) Task() *dibbler.Task {
	return &dibbler.Task{Name: "tray", Run: d.keepFresh}
}

func (d *Desk) keepFresh(ctx context.Context) error {
	var pause <-chan time.Time
	var hour <-chan struct{}
	served := d.served
	for {
		if hour == nil && d.hasSpeakers() {
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
		if done == nil && !d.hasSpeakers() {
			continue
		}
		d.ask(ctx)
		d.draw()
		if done != nil {
			close(done)
		}
	}
}

func (d *Desk) hasSpeakers() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.speakers) > 0
}

// AskFirst asks the plug-ins before the task runs, and waits a second for them.
func (d *Desk) AskFirst() {
	bounded, cancel := context.WithTimeout(context.Background(), refreshTimeout)
	defer cancel()
	d.ask(bounded)
	d.draw()
}

// ask asks the plug-ins for their lines, and waits for that until ctx is done. Nobody
// asks them again before they have answered, so that their answers stay in order.
func (d *Desk) ask(ctx context.Context) {
	select {
	case d.asking <- struct{}{}:
	case <-ctx.Done():
		return
	}
	d.mu.Lock()
	speakers := d.speakers
	d.mu.Unlock()
	answered := make(chan struct{})
	go func() {
		fresh := askAll(speakers)
		d.mu.Lock()
		d.info = fresh
		d.mu.Unlock()
		<-d.asking
		close(answered)
		if ctx.Err() != nil {
			d.draw() // nobody waits any more
		}
	}()
	select {
	case <-answered:
	case <-ctx.Done():
	}
}
