package tray_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

func TestIcon_properties(t *testing.T) {
	d := desktop.Start(t)
	w := startWatcher(t, d, true)
	start := time.Now()
	p := run(t, d, nil)
	<-w.registered
	t.Logf("registered %v after the program was started", time.Since(start))
	p.Line("report <nil>")

	item := d.Item()
	for name, want := range map[string]any{
		"Title": "Demo", "Id": "Demo", "Status": "Active", "ItemIsMenu": false,
	} {
		if got := item.Property(name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	tooltip := item.Property("ToolTip").([]any)
	if got, want := tooltip[2], "Demo\nRunning at 127.0.0.1:8888\nTea & <cake>"; got != want {
		t.Errorf("tooltip %q, want %q", got, want)
	}

	file := item.Property("IconName").(string)
	if got, err := os.ReadFile(file); err != nil || !filepath.IsAbs(file) || !bytes.Equal(got, assets.TrayPNG) {
		t.Errorf("the file %q holds %d bytes of an icon of %d, %v", file, len(got), len(assets.TrayPNG), err)
	}
	if !bytes.Equal(pixmapOf(item, "IconPixmap").Pix, pictureOf(t, file).Pix) {
		t.Error("icon has other colours than the picture")
	}
}

// TestTooltip_markup: some panels take plain text for markup. The watcher is this
// process.
func TestTooltip_markup(t *testing.T) {
	const comm = "/proc/self/comm"
	before, err := os.ReadFile(comm)
	if err != nil {
		t.Fatal(err)
	}
	d := desktop.Start(t)
	run(t, d, nil)
	for _, panel := range []struct{ name, want string }{
		{"waybar", "Tea &amp; &lt;cake&gt;"},
		{"xfce4-panel", "Tea & <cake>"},
		{"notification-area-applet", "Tea &amp; &lt;cake&gt;"},
	} {
		if err := os.WriteFile(comm, []byte(panel.name), 0); err != nil {
			t.Fatal(err)
		}
		defer os.WriteFile(comm, before, 0)
		w := startWatcher(t, d, true)
		<-w.registered
		desktop.Await(t, panel.name+"'s tooltip", func() bool {
			return d.Item().Property("ToolTip").([]any)[2] == "Demo\nRunning at 127.0.0.1:8888\n"+panel.want
		})
		w.stop()
	}
}

func TestMenu(t *testing.T) {
	d := desktop.Start(t)
	w := startWatcher(t, d, true)
	p := run(t, d, nil)
	<-w.registered
	expect := func(when string, want ...string) {
		t.Helper()
		var got []string
		desktop.Await(t, "the menu "+when, func() bool {
			before := got
			if got = p.menu(); !slices.Equal(got, before) {
				t.Logf("%s: %q", when, got)
			}
			return slices.Equal(got, want)
		})
	}
	expect("at first", "Open", "(Running at 127.0.0.1:8888)", "---",
		"Today", "Slow", "Sow_seeds", "(Off)", "---",
		"Show log", "[ ] Start at login", "---", "Shutdown")
	p.order("login true")
	p.order("item Yesterday")
	p.order("address [::1]:9")
	expect("changed", "Open", "(Running at [::1]:9)", "---",
		"Yesterday", "Slow", "Sow_seeds", "(Off)", "---",
		"Show log", "[x] Start at login", "---", "Shutdown")
	p.order("items Yesterday")
	expect("with one item left", "Open", "(Running at [::1]:9)", "---",
		"Yesterday", "---",
		"Show log", "[x] Start at login", "---", "Shutdown")
	p.order("drain 2")
	expect("draining", "(Open)", "(Finishing 2 requests…)", "---",
		"(Yesterday)", "---",
		"(Show log)", "([x] Start at login)", "---", "Quit now")
	p.order("drain 1")
	expect("nearly done", "(Open)", "(Finishing 1 request…)", "---",
		"(Yesterday)", "---",
		"(Show log)", "([x] Start at login)", "---", "Quit now")
	desktop.Await(t, "the tooltip to change", func() bool {
		return strings.Contains(d.Item().Property("ToolTip").([]any)[2].(string), "Finishing 1 request…")
	})
	p.choose("Quit now")
	p.Line("quit now")
}

func TestClicks(t *testing.T) {
	d := desktop.Start(t)
	w := startWatcher(t, d, true)
	p := run(t, d, nil)
	<-w.registered
	desktop.Await(t, "the whole menu", func() bool { return len(p.menu()) > 0 })
	for _, click := range []struct{ label, want string }{
		{"Open", "open"},
		{"Today", "today"},
		{"Show log", "log"},
		{"Start at login", "login true"},
		{"Shutdown", "shutdown"},
	} {
		p.choose(click.label)
		p.Line(click.want)
	}
	p.order("login true")
	desktop.Await(t, "the check mark", func() bool { return slices.Contains(p.menu(), "[x] Start at login") })
	p.choose("Start at login")
	p.Line("login false")

	if call := p.object("").Call("org.kde.StatusNotifierItem.Activate", 0, int32(0), int32(0)); call.Err != nil {
		t.Fatal(call.Err)
	}
	p.Line("open")
	// Panels without menus call the first method, and others the second one for
	// the middle button.
	for _, method := range []string{"ContextMenu", "SecondaryActivate"} {
		if call := p.object("").Call("org.kde.StatusNotifierItem."+method, 0, int32(0), int32(0)); call.Err != nil {
			t.Fatal(call.Err)
		}
		p.Line("page")
	}
}

func TestWatcher_startsLaterAndRestarts(t *testing.T) {
	d := desktop.Start(t)
	p := run(t, d, nil)
	p.Line("report this desktop shows no tray icons")
	for range 3 {
		w := startWatcher(t, d, true)
		p.Line("report <nil>")
		<-w.registered
		p.order("shown")
		p.Line("shown true")
		if got := d.Item().Property("Title"); got != "Demo" {
			t.Errorf("title %q", got)
		}
		w.stop()
		p.Line("report this desktop shows no tray icons")
	}
	p.order("quit")
	p.awaitEnd()
}

// TestIcon_missedRegistration: the library registers just before it hears of new
// watchers, and one that comes in between is not told.
func TestIcon_missedRegistration(t *testing.T) {
	d := desktop.Start(t)
	w := (&watcher{forget: 1}).start(t, d, true)
	p := run(t, d, nil)
	<-w.registered
	<-w.registered
	if got := d.Item().Property("Title"); got != "Demo" {
		t.Errorf("title %q", got)
	}
	p.order("quit")
	p.awaitEnd()
	if n := len(w.registered); n != 0 {
		t.Errorf("registered %d times more", n)
	}
}

func TestIcon_droppedByPanel(t *testing.T) {
	d := desktop.Start(t)
	w := startWatcher(t, d, true)
	p := run(t, d, nil)
	<-w.registered
	p.Line("report <nil>")
	for range 2 {
		w.drop()
		p.Line("report the panel has dropped the icon")
		<-w.registered
		p.Line("report <nil>")
	}
}

// TestWatcher_plasma: the watcher is a daemon that says there is a panel, whether or not
// there is one, and announces none.
func TestWatcher_plasma(t *testing.T) {
	d := desktop.Start(t)
	w := startWatcher(t, d, true)
	w.own(w.conn, "org.kde.kded5")
	p := run(t, d, nil)
	p.Line("report no panel shows icons")
	for range 2 {
		panel := d.Dial()
		w.own(panel, "org.kde.StatusNotifierHost-1")
		p.Line("report <nil>")
		run(t, d, nil, "-check").Line("check <nil>")
		panel.Close()
		p.Line("report no panel shows icons")
		run(t, d, nil, "-check").Line("check no panel shows icons")
	}
}

// TestWatcher_cinnamon: the watcher stays when Cinnamon ends, and only changes its
// property.
func TestWatcher_cinnamon(t *testing.T) {
	d := desktop.Start(t)
	w := startWatcher(t, d, true)
	p := run(t, d, nil)
	for range 2 {
		p.Line("report <nil>")
		w.setProperty(false)
		p.Line("report no panel shows icons")
		w.setProperty(true)
	}
}

// TestSession_next: the program is still there at the next logins.
func TestSession_next(t *testing.T) {
	d := desktop.Start(t)
	w := startWatcher(t, d, true)
	p := run(t, d, nil)
	<-w.registered
	p.Line("report <nil>")
	for _, label := range []string{"Yesterday", "Tomorrow"} {
		d.KillBus()
		p.Line("report the session bus has gone")
		p.order("item %s", label) // which has to wait
		d.StartBus()
		w = startWatcher(t, d, true)
		p.order("retry %s", d.BusAddress)
		<-w.registered
		p.Line("report <nil>")
		desktop.Await(t, label+" in the menu", func() bool { return slices.Contains(p.menu(), label) })
		p.choose(label)
		p.Line("today")
	}
	p.order("quit")
	p.awaitEnd()
}

func TestCheck(t *testing.T) {
	d := desktop.Start(t)
	run(t, d, nil, "-check").Line("check this desktop shows no tray icons")
	w := startWatcher(t, d, false)
	run(t, d, nil, "-check").Line("check no panel shows icons")
	w.setHosted(true)
	run(t, d, nil, "-check").Line("check <nil>")
	run(t, d, func(cmd *exec.Cmd) {
		cmd.Env = append(cmd.Env, "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent")
	}, "-check").Line("check no session bus")
}
