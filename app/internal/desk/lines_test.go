package desk

import (
	"slices"
	"testing"

	"github.com/dibbler-app/dibbler/app/internal/life"
	"github.com/dibbler-app/dibbler/tray"
)

// The plug-ins have answered when the task starts, so it does not ask them again.
func TestAskFirst(t *testing.T) {
	d := New(Config{Life: life.New(), Login: NewFakeLogin(), NoIcon: true})
	d.AddTray("*spam.Spam", show(Item{Label: "One"}))
	d.AskFirst()
	if items := d.Items(); len(items) != 1 || len(d.update) > 0 {
		t.Errorf("%d items, asks again: %v", len(items), len(d.update) > 0)
	}
	d.Update()
	if len(d.update) == 0 {
		t.Error("does not ask again after Update")
	}
}

// Several plug-ins show their items one after another, the most urgent status, and the
// smallest fraction of work.
func TestAskAll(t *testing.T) {
	one := Info{Items: []Item{{Label: "One"}}, Tooltip: []string{"1"}}
	two := Info{Items: []Item{{Label: "Two", Page: "/"}, {Label: "Three"}}, Tooltip: []string{"2", "3"}}
	busy := func(done float64) Info { return Info{Status: tray.Busy, Done: done} }
	for _, c := range []struct {
		infos  []Info
		labels []string
		status tray.Status
		done   float64
	}{
		{nil, nil, tray.Idle, 0},
		{[]Info{one, two}, []string{"One", "Two", "Three"}, tray.Idle, 0},
		{[]Info{two, {}, one}, []string{"Two", "Three", "One"}, tray.Idle, 0},
		{[]Info{one, busy(.5), busy(.25), busy(.75)}, []string{"One"}, tray.Busy, .25},
		{[]Info{busy(.5), {Status: tray.Attention}, busy(.25)}, nil, tray.Attention, 0},
	} {
		var trayFuncs []trayFunc
		for _, info := range c.infos {
			trayFuncs = append(trayFuncs, trayFunc{"*spam.Spam", func() Info { return info }})
		}
		all := askAll(trayFuncs)
		var labels []string
		for _, item := range all.Items {
			labels = append(labels, item.Label)
		}
		if !slices.Equal(labels, c.labels) || all.Status != c.status || all.Done != c.done || len(all.Tooltip) != len(labels) {
			t.Errorf("%+v: %+v", c.infos, all)
		}
	}
}

// TestPluginHangs: a plug-in that hangs does not delay the start, an action, or shutdown.
// If it did, the test would not end.
func TestPluginHangs(t *testing.T) {
	asked, release := make(chan struct{}, 10), make(chan struct{})
	t.Cleanup(func() { close(release) })
	d := run(t, func() Info {
		asked <- struct{}{}
		<-release
		return Info{}
	})
	<-asked // at the start
	d.Served()
	d.Refresh()
	if len(asked) > 0 {
		t.Error("the plug-in was asked again before it had answered")
	}
	d.life.Shutdown()
	if err := <-d.ended; err != nil {
		t.Errorf("something was cut off during shutdown: %v", err)
	}
}
