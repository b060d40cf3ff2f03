package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
)

// newTray makes the icon, which is shown when it is run.
func (p *program) newTray() *tray.Tray {
	var saidSo sync.Once
	return &tray.Tray{
		Name: p.Name,
		Icon: p.Icon,
		Menu: tray.Menu{
			Open:    func() { p.browse("/") },
			ShowLog: func() { p.browse("/app.log") },
			StartAtLogin: func(on bool) {
				if err := p.setStartAtLogin(on); err != nil {
					slog.Error("not changed", "err", err)
					p.browse("/app.settings")
				}
			},
			Shutdown: p.shutdown,
			QuitNow:  p.cut,
		},
		Ending: p.endSession,
		Report: func(err error) {
			if err != nil {
				slog.Warn("no icon in the tray; the pages have a bar in its place", "because", err)
				saidSo.Do(func() {
					fmt.Fprintf(p.stderr, "%s: the pages have a bar with what the tray's icon would offer: %v\n", p.Name, err)
				})
			} else {
				slog.Info("the icon is in the tray")
			}
		},
	}
}

func (p *program) trayShown() bool { return p.tray != nil && p.tray.Shown() }

// refreshTray shows in the tray how things are.
func (p *program) refreshTray() {
	if p.tray != nil {
		p.tray.Update(p.trayState())
	}
}

func (p *program) trayState() tray.State {
	atLogin, err := p.login.Enabled()
	if err != nil {
		slog.Debug("start at login", "err", err)
	}
	s := tray.State{Address: hostOf(p.server.URL()), AtLogin: atLogin}
	if !p.ending() {
		p.askPlugins()
	}
	if p.ending() {
		s.Draining = true
		s.Unfinished = len(p.env.Unfinished())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.browserHint != "" {
		s.Tooltip = append(s.Tooltip, p.browserHint)
	}
	s.Tooltip = append(s.Tooltip, p.tooltip...)
	s.Items = append(s.Items, p.items...)
	s.Items = append(s.Items, tray.Item{Label: "Settings", Do: func() { p.browse("/app.settings") }})
	return s
}

// askPlugins has the plug-ins say what they add to the tray. At the end, which may
// be after their Flush, they are not asked, and what they said last stays.
func (p *program) askPlugins() {
	var tooltip []string
	for _, plugin := range p.Plugins {
		if t, ok := plugin.(dibbler.TrayTooltip); ok {
			guard(plugin, "TrayTooltip", func() { tooltip = append(tooltip, t.TrayTooltip()) })
		}
	}
	var items []tray.Item
	for _, item := range p.trayItems() {
		items = append(items, tray.Item{Label: item.Label, Do: p.choice(item)})
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tooltip, p.items = tooltip, items
}

// trayItems returns what plug-ins add to the menu.
func (p *program) trayItems() []dibbler.TrayItem {
	var items []dibbler.TrayItem
	for _, plugin := range p.Plugins {
		if t, ok := plugin.(dibbler.TrayPlugin); ok {
			guard(plugin, "TrayItems", func() { items = append(items, t.TrayItems()...) })
		}
	}
	return items
}

// guard keeps a plug-in that panics in what it adds to the tray from taking the
// program with it.
func guard(plugin any, hook string, f func()) {
	defer func() {
		if v := recover(); v != nil {
			slog.Error("plug-in panicked", "plugin", fmt.Sprintf("%T", plugin), "in", hook, "panic", v, "stack", string(debug.Stack()))
		}
	}()
	f()
}

// choice returns what is done when the line of the menu that shows item is chosen,
// whatever its plug-in has in that place by then. It is nil if that is nothing.
func (p *program) choice(item dibbler.TrayItem) func() {
	switch {
	case item.Page != "":
		return func() { p.browse(item.Page) }
	case item.Do != nil:
		return func() { _ = p.doTask(item) } // it is in the log
	default:
		return nil
	}
}

// doTask does what item says, as a task: when the program ends, it is told and
// let finish like a request. It returns when that is done, with what was logged.
func (p *program) doTask(item dibbler.TrayItem) error {
	done := make(chan error, 1)
	err := p.env.Add(&dibbler.Task{Name: item.Label, Run: func(ctx context.Context) error {
		err := do(ctx, item)
		if err != nil {
			slog.Error("tray item failed", "item", item.Label, "err", err)
		}
		done <- err
		return nil
	}})
	if err != nil {
		slog.Warn("tray item not done", "item", item.Label, "err", err)
		return err
	}
	select {
	case err := <-done:
		return err
	case <-p.ended:
		return errors.New("cut off by the end of the program")
	}
}

// do does what item says. A panic becomes an error.
func do(ctx context.Context, item dibbler.TrayItem) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return item.Do(ctx)
}

// served notes that a request was answered, after which plug-ins may have
// something else to say in the tray.
func (p *program) served() {
	select {
	case p.news <- struct{}{}:
	default:
	}
}

// keepTrayFresh asks the plug-ins what to say: after requests, but not more than
// once a second, and every hour.
func (p *program) keepTrayFresh(ctx context.Context) error {
	speaks := func(plugin any) bool {
		_, items := plugin.(dibbler.TrayPlugin)
		_, tip := plugin.(dibbler.TrayTooltip)
		return items || tip
	}
	if p.tray == nil || !slices.ContainsFunc(p.Plugins, speaks) {
		return nil
	}
	for {
		hour := time.NewTimer(untilHour(time.Now()))
		select {
		case <-p.news:
		case <-hour.C:
		case <-ctx.Done():
			return nil
		}
		hour.Stop()
		p.refreshTray()
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return nil
		}
	}
}

// untilHour returns how long it is until the next full hour of the local time,
// which need not be one of UTC.
func untilHour(now time.Time) time.Duration {
	past := time.Duration(now.Minute())*time.Minute + time.Duration(now.Second())*time.Second + time.Duration(now.Nanosecond())
	return time.Hour - past
}

// showDraining counts in the tray down to the end.
func (p *program) showDraining() {
	<-p.env.Stopping()
	tick := time.NewTicker(time.Second / 4)
	defer tick.Stop()
	for {
		p.refreshTray()
		select {
		case <-tick.C:
		case <-p.ended:
			return
		}
	}
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(fmt.Sprintf("our own address %q: %v", address, err))
	}
	return u.Host
}
