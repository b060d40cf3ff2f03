package tray_test

import (
	"image"
	"net/url"
	"os"
	"path/filepath"
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
	ok = s.awaits(func() bool {
		bounds, _ = appeared(before, s.d.Picture())
		return bounds.Dx() >= least.X && bounds.Dy() >= least.Y
	})
	bounds, _ = appeared(before, s.still())
	return bounds, ok
}

// notice has a tool show a notice, and clicks on it.
func (s *session) notice(*program) string {
	opened := filepath.Join(s.d.Home(), "opened")
	s.write("browser", "echo $1 >>'"+opened+"'")
	s.d.SetURLHandler("sh " + filepath.Join(s.d.Home(), "browser") + " %u")
	if s.notices != "" {
		wait := s.d.AwaitOwner("org.freedesktop.Notifications")
		s.spawn(s.notices)
		wait()
	}
	n := tool.Start(s.t, s.d, nil, notifier, "-no-browser", "-no-tray", "-port", "0")
	before := s.rest()
	tool.Get(s.t, n.URL+"notify?"+url.Values{"Title": {"Import finished"}, "Text": {"3 of 4 lines were read."}, "Page": {"/report"}}.Encode())
	at, ok := s.appears(before, image.Pt(120, 30))
	s.d.Screenshot("shown")
	if !ok {
		return no
	}
	isOpen := func() bool {
		text, _ := os.ReadFile(opened)
		return strings.Contains(string(text), n.URL+"report")
	}
	middle := at.Min.Add(at.Size().Div(2))
	for _, click := range []struct {
		at     image.Point
		button desktop.Button
	}{{middle, desktop.Left}, {at.Max.Sub(image.Pt(50, 30)), desktop.Left}, {middle, desktop.Middle}} {
		s.d.Move(click.at)
		time.Sleep(300 * time.Millisecond)
		s.d.Click(click.at, click.button)
		for end := time.Now().Add(comesNot); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			if isOpen() {
				return yes
			}
		}
	}
	return "shown only"
}

// file has a tool ask for a file, and types its path.
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
	s.d.Move(at.Min.Add(at.Size().Div(2)))
	s.still()
	s.spawn("xdotool", "type", "--delay", "60", path).Wait()
	s.still()
	s.d.Screenshot("typed")
	before0 := len(c.Stdout())
	s.spawn("xdotool", "key", "Return").Wait()
	return answer(s.awaits(func() bool { return strings.Contains(c.Stdout()[before0:], path) }))
}
