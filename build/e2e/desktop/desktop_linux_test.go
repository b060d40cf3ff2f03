package desktop_test

import (
	"image/color"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"go.uber.org/goleak"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// trayApp is a built internal/trayapp.
var trayApp string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "trayapp")
	if err != nil {
		panic(err)
	}
	trayApp = filepath.Join(dir, "trayapp")
	build := exec.Command("go", "build", "-o", trayApp, "./internal/trayapp")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		os.RemoveAll(dir)
		os.Exit(code)
	}))
}

func TestPanel_icon(t *testing.T) {
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Dark)
	if icon := panel.Icon(); !icon.Empty() {
		t.Fatalf("icon at %v before the program", icon)
	}
	app := d.Spawn(d.Command(trayApp))
	icon := panel.AwaitIcon()
	if icon.Dx() < 16 || icon.Dx() > 32 || icon.Dy() < 16 || icon.Dy() > 32 {
		t.Errorf("icon at %v, want a square of the panel's size", icon)
	}
	middle := icon.Min.Add(icon.Size().Div(2))
	if got, want := d.Picture().RGBAAt(middle.X, middle.Y), (color.RGBA{0xff, 0, 0xa0, 0xff}); got != want {
		t.Errorf("icon is %v, want %v", got, want)
	}
	d.Screenshot("icon")
	panel.Choose("Shutdown")
	if code := app.Wait().ExitCode(); code != 0 {
		t.Errorf("exit status %d", code)
	}
	panel.AwaitNoIcon()
}

func TestPanel_light(t *testing.T) {
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Light)
	d.Spawn(d.Command(trayApp))
	panel.AwaitIcon()
	panel.OpenMenu()
	d.Screenshot("menu")
}

func TestPanel_click(t *testing.T) {
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Dark)
	app := d.Spawn(d.Command(trayApp))
	panel.OpenMenu() // the icon has been seen to work before one click counts
	panel.Choose("Start at login")
	app.Line("login")
	panel.Click()
	app.Line("tapped")
}

func TestItem(t *testing.T) {
	d := desktop.Start(t)
	d.StartPanel(desktop.Dark)
	d.Spawn(d.Command(trayApp))
	item := d.Item()
	if title := item.Property("Title"); title != "Tray app" {
		t.Errorf("title %q", title)
	}
	var got []string
	for _, m := range item.Menu() {
		s := m.Label
		if m.Separator {
			s = "--"
		}
		if !m.Enabled {
			s += " (disabled)"
		}
		if m.Checked {
			s += " (checked)"
		}
		got = append(got, s)
	}
	want := []string{"Running (disabled)", "--", "Open", "Start at login (checked)", "--", "Shutdown"}
	if !slices.Equal(got, want) {
		t.Errorf("menu %q, want %q", got, want)
	}
}

func TestPanel_restart(t *testing.T) {
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Dark)
	app := d.Spawn(d.Command(trayApp))
	panel.AwaitIcon()
	panel.Kill()
	panel = d.StartPanel(desktop.Dark)
	panel.AwaitIcon()
	panel.Choose("Shutdown")
	app.Line("end")
}

func TestBrowser(t *testing.T) {
	d := desktop.Start(t)
	panel := d.StartPanel(desktop.Dark)
	browser := d.UseBrowser()
	app := d.Spawn(d.Command(trayApp))
	url := strings.TrimPrefix(app.Line("running at "), "running at ")

	for range 2 { // the second time after the browser has ended
		panel.Choose("Open")
		page := browser.Page(url)
		text, err := chromedp.Run(page, chromedp.Text(chromedp.CSS("h1")))
		if err != nil || text != "Hello" {
			t.Fatalf("heading %q, %v", text, err)
		}
		if err := chromedp.Do(page, chromedp.Click(chromedp.CSS("button"))); err != nil {
			t.Fatal(err)
		}
		app.Line("pressed")
		d.Screenshot("page")
		if urls := browser.URLs(); len(urls) != 1 || !strings.HasPrefix(urls[0], url) {
			t.Errorf("tabs at %q, want one at %s", urls, url)
		}
		browser.Quit()
		if urls := browser.URLs(); urls != nil {
			t.Errorf("tabs at %q after the end", urls)
		}
	}
}

func TestSetURLHandler(t *testing.T) {
	d := desktop.Start(t)
	seen, script := filepath.Join(d.Home(), "seen"), filepath.Join(d.Home(), "script")
	if err := os.WriteFile(script, []byte("echo $1 >"+seen), 0o600); err != nil {
		t.Fatal(err)
	}
	d.SetURLHandler("sh " + script + " %u")
	d.Spawn(d.Command("xdg-open", "http://127.0.0.1:1/a")).Wait()
	desktop.Await(t, "the address", func() bool {
		got, _ := os.ReadFile(seen)
		return string(got) == "http://127.0.0.1:1/a\n"
	})
}

func TestWithout(t *testing.T) {
	d := desktop.Start(t)
	cmd := d.Command(trayApp)
	cmd.Env = desktop.Without(cmd.Env, "DBUS_SESSION_BUS_ADDRESS")
	app := d.Spawn(cmd)
	app.Line("running at")
	desktop.Await(t, "the program to miss the bus", func() bool { return strings.Contains(app.Stderr(), "systray error") })
}

func TestRunning_orphans(t *testing.T) {
	d := desktop.Start(t)
	d.Spawn(d.Command("sh", "-c", "sleep 1000 & echo")).Wait()
	var names []string
	for _, name := range d.Running() {
		names = append(names, name)
	}
	slices.Sort(names)
	if want := []string{"Xvfb", "dbus-daemon", "sleep"}; !slices.Equal(names, want) {
		t.Errorf("running: %q, want %q", names, want)
	}
}

func TestProcess_Line(t *testing.T) {
	d := desktop.Start(t)
	cmd := d.Command("sh", "-c", "echo a 1; echo b; echo error >&2; read -r next; echo a 2; printf a.3; exit 7")
	stdin, next, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer stdin.Close()
	cmd.Stdin = stdin
	p := d.Spawn(cmd)
	for _, want := range []string{"a 1", "a 2", "a.3"} {
		if got := p.Line("a"); got != want {
			t.Errorf("line %q, want %q", got, want)
		}
		if want == "a 1" {
			next.Close()
		}
	}
	if code := p.Wait().ExitCode(); code != 7 {
		t.Errorf("exit status %d, want 7", code)
	}
	if p.Running() {
		t.Error("still running after Wait")
	}
	if p.Stderr() != "error\n" {
		t.Errorf("standard error %q", p.Stderr())
	}
}
