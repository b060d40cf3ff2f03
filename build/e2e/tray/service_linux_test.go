package tray_test

import (
	"image"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// The built tools that show notices and ask for files.
var notifier, chooser string

// dialogs starts what shows dialogs for files: the portal, and its part for a toolkit.
func (s *session) dialogs() {
	s.t.Helper()
	part := s.portal
	if part == "" {
		part = gtkPortal
	}
	for name, program := range map[string]string{
		"org.freedesktop.impl.portal.desktop." + part[strings.LastIndexByte(part, '-')+1:]: part,
		"org.freedesktop.portal.Desktop": "/usr/libexec/xdg-desktop-portal",
	} {
		wait := s.d.AwaitOwner(name)
		s.spawn(program)
		wait()
	}
}

const (
	gtkPortal = "/usr/libexec/xdg-desktop-portal-gtk"
	kdePortal = "/usr/lib/x86_64-linux-gnu/libexec/xdg-desktop-portal-kde"
)

// appears waits for a window of at least this size, and returns where it is.
func (s *session) appears(before *image.RGBA, least image.Point) (bounds image.Rectangle, ok bool) {
	window := func(now *image.RGBA) image.Rectangle {
		return solid(now.Rect, func(x, y int) bool { return before.RGBAAt(x, y) != now.RGBAAt(x, y) })
	}
	ok = s.awaits(func() bool {
		size := window(s.d.Picture()).Size()
		return size.X >= least.X && size.Y >= least.Y
	})
	s.settled() // it takes no click while it comes
	return window(s.d.Picture()), ok
}

// notice has a tool show a notice, and clicks on it.
func (s *session) notice(*program) string {
	// In the place of xdg-open, which needs other programs on each desktop.
	bin := filepath.Join(s.d.Home(), "bin")
	opened := filepath.Join(bin, "opened")
	s.write("bin/xdg-open", "#!/bin/sh\necho \"$1\" >>'"+opened+"'\n")
	if err := os.Chmod(filepath.Join(bin, "xdg-open"), 0o700); err != nil {
		s.t.Fatal(err)
	}
	if s.notices != nil {
		wait := s.d.AwaitOwner("org.freedesktop.Notifications")
		s.spawn(s.notices[0], s.notices[1:]...)
		wait()
	}
	n := tool.Start(s.t, s.d, func(cmd *exec.Cmd) {
		cmd.Env = append(cmd.Env, "PATH="+bin+":"+os.Getenv("PATH"))
	}, notifier, "-no-browser", "-no-tray", "-port", "0")
	isOpen := func() bool {
		text, _ := os.ReadFile(opened)
		return strings.Contains(string(text), n.URL+"report")
	}
	// Some have a button, and some take the left button for an order to go away.
	for _, click := range []struct {
		button desktop.Button
		from   func(image.Rectangle) image.Point
	}{
		{desktop.Left, func(r image.Rectangle) image.Point { return r.Max.Sub(image.Pt(50, 30)) }},
		{desktop.Middle, centre},
		{desktop.Left, centre},
	} {
		before := s.rest()
		tool.Get(s.t, n.URL+"notify?"+url.Values{"Title": {"Import finished"}, "Text": {"3 of 4 lines were read."}, "Page": {"/report"}}.Encode())
		at, ok := s.appears(before, image.Pt(120, 30))
		s.d.Screenshot("shown")
		if !ok {
			return no
		}
		s.d.Move(click.from(at))
		time.Sleep(300 * time.Millisecond)
		s.d.Click(click.from(at), click.button)
		for end := time.Now().Add(comesNot); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			if isOpen() {
				return yes
			}
		}
		s.awaits(func() bool { return slices.Equal(before.Pix, s.d.Picture().Pix) })
	}
	return "shown only"
}

func centre(r image.Rectangle) image.Point { return r.Min.Add(r.Size().Div(2)) }

// file has a tool ask for a file, and types its name.
func (s *session) file(*program) string {
	path := filepath.Join(s.d.Home(), "plan.txt")
	s.write("plan.txt", "text")
	s.dialogs()
	c := tool.Start(s.t, s.d, nil, chooser, "-no-browser", "-no-tray", "-port", "0")
	before := s.rest()
	done := make(chan struct{})
	go func() {
		defer close(done)
		if resp, err := tool.Client.Get(c.URL + "pick?Title=Choose+it"); err == nil {
			resp.Body.Close()
		}
	}()
	defer func() { <-done }()
	defer c.Signal(os.Interrupt)
	at, ok := s.appears(before, image.Pt(300, 200))
	s.d.Screenshot("dialog")
	if !ok {
		return no
	}
	s.d.Move(centre(at))
	s.settled()
	for _, text := range []string{"~", "/plan.txt"} { // the first opens a field in some
		s.spawn("xdotool", "type", "--delay", "100", text).Wait()
		s.settled()
	}
	s.d.Screenshot("typed")
	s.spawn("xdotool", "key", "Return").Wait()
	return answer(s.awaits(func() bool { return strings.Contains(c.Stdout(), path) }))
}

// settled waits until the screen has not changed for a while: dialogs lose what is typed
// before.
func (s *session) settled() {
	last, since := s.still(), time.Now()
	s.awaits(func() bool {
		if now := s.d.Picture(); !slices.Equal(last.Pix, now.Pix) {
			last, since = now, time.Now()
		}
		return time.Since(since) > 400*time.Millisecond // a caret blinks more slowly
	})
}
