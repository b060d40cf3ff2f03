package tray_test

import (
	"fmt"
	"image"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// Texts of cells.
const (
	yes  = "yes"
	no   = "no"
	none = "–" // does not apply
)

func answer(ok bool) string {
	if ok {
		return yes
	}
	return no
}

// leftClick is what a click on the icon does.
func (s *session) leftClick(p *program) string {
	m, line := s.click(p, desktop.Left)
	switch {
	case line == "open":
		return "page"
	case len(m.lines) == 0:
		return no + line
	}
	s.menuButton = desktop.Left
	s.closeMenu()
	at, _ := s.icon(p.color)
	if s.expected == "menu" {
		s.limit = absent
	}
	double := s.says(p, "open", func() {
		s.d.Move(at)
		time.Sleep(200 * time.Millisecond)
		s.d.Click(at, desktop.Left)
		s.d.Click(at, desktop.Left)
	})
	s.closeMenu()
	if double {
		return "menu; twice: page"
	}
	return "menu"
}

// rightClick is what a click with the right button does.
func (s *session) rightClick(p *program) string {
	m, line := s.click(p, desktop.Right)
	switch {
	case line == "page":
		return "settings"
	case len(m.lines) == 0:
		return no + line
	}
	s.closeMenu()
	if len(m.lines) != lineCount {
		return "panel's menu"
	}
	s.menuButton = desktop.Right
	return "menu"
}

// middleClick is what a click with the middle button does.
func (s *session) middleClick(p *program) string {
	switch m, line := s.click(p, desktop.Middle); {
	case line == "page":
		return "settings"
	case len(m.lines) > 0:
		s.closeMenu()
		return "menu"
	}
	return no
}

// closeMenu closes a menu that may be open, by a click elsewhere.
func (s *session) closeMenu() {
	s.d.Click(corner, desktop.Left)
	s.still()
}

// openMenu opens the menu, and reports whether all lines are seen.
func (s *session) openMenu(p *program) (m shownMenu, ok bool) {
	s.t.Helper()
	m, _ = s.click(p, s.menuButton)
	if len(m.lines) != lineCount {
		s.t.Logf("%d lines of %d are seen: %v", len(m.lines), lineCount, m.lines)
		s.d.Screenshot("lines")
		s.closeMenu()
		return m, false
	}
	return m, true
}

// choose clicks on a line of an open menu.
func (s *session) choose(m shownMenu, line int) {
	r := m.lines[line]
	at := image.Pt(m.bounds.Min.X+m.bounds.Dx()/2, r.Min.Y+r.Dy()/2)
	s.d.Move(at.Sub(image.Pt(0, 2)))
	s.d.Move(at)
	time.Sleep(200 * time.Millisecond) // some menus need a moment to see the mouse
	s.d.Click(at, desktop.Left)
}

// The lines of the menu that the demo adds to its own ones.
const items = "One|[x] Two|[ ] Three|(Four)"

const lineOpen, lineServing, lineOne, lineTwo, lineQuit, lineCount = 0, 1, 2, 3, 8, 9

// everyLine chooses each line of the menu that is not grey.
func (s *session) everyLine(p *program) string {
	for line, says := range []string{"open", "", "chosen One", "chosen Two", "chosen Three", "", "log", "login true", "shutdown"} {
		if says == "" {
			continue
		}
		m, ok := s.openMenu(p)
		if !ok {
			return no
		}
		if !s.says(p, says, func() { s.choose(m, line) }) {
			s.t.Logf("a click on line %d: the program did not print %q", line, says)
			s.closeMenu()
			return no
		}
	}
	return yes
}

// checkMark checks that a line looks different without its check mark.
func (s *session) checkMark(p *program) string {
	with, ok := s.openMenu(p)
	s.d.Screenshot("check-on")
	s.closeMenu()
	if !ok {
		return no
	}
	p.order("items %s", strings.ReplaceAll(items, "[x]", "[ ]"))
	defer p.order("items %s", items)
	return answer(s.awaits(func() bool {
		without, ok := s.openMenu(p)
		s.d.Screenshot("check-off")
		s.closeMenu()
		return ok && without.row(lineTwo) == with.row(lineTwo) &&
			differing(with.picture, without.picture, with.row(lineTwo)) >= 4 &&
			differing(with.picture, without.picture, with.row(lineOne)) == 0
	}))
}

// tooltip moves the mouse to the icon, with a short text and a long one.
func (s *session) tooltip(p *program) string {
	hover := func() (size image.Point) {
		before := s.rest()
		icon, _ := s.icon(p.color)
		var moved time.Time
		s.awaits(func() bool {
			if time.Since(moved) > 2*time.Second { // panels wait for the mouse to rest
				icon.X ^= 1
				s.d.Move(icon)
				moved = time.Now()
			}
			size = changedBeside(before, s.d.Picture(), icon).Size()
			return size.X >= 30 && size.Y >= 12
		})
		size = changedBeside(before, s.still(), icon).Size()
		s.d.Screenshot(fmt.Sprint("hover-", size.X))
		s.rest()
		return size
	}
	short := hover()
	if short.X < 30 || short.Y < 12 {
		return no
	}
	p.order("address a.rather.long.address.of.another.computer:8888")
	defer p.order("address 127.0.0.1:8888")
	if !s.awaits(func() bool { return hover() != short }) {
		return "name"
	}
	return yes
}

// finishing sees the menu turn grey and change while the program drains, and clicks on Quit
// now.
func (s *session) finishing(p *program) string {
	before, ok := s.openMenu(p)
	s.closeMenu()
	if !ok {
		return no
	}
	p.order("drain 2")
	var m shownMenu
	if !s.awaits(func() bool {
		m, ok = s.openMenu(p)
		pale := ok && m.contrast(lineOpen)*5 < before.contrast(lineOpen)*4
		if !pale {
			s.closeMenu()
		}
		return pale && m.lines[lineServing] != before.lines[lineServing]
	}) {
		return no
	}
	s.d.Screenshot("finishing-menu")
	return answer(s.says(p, "quit now", func() { s.choose(m, lineQuit) }))
}

// marks checks that the icon shows work and what needs attention.
func (s *session) marks(p *program) string {
	s.rest()
	defer p.order("idle")
	return answer(p.showsMarks(func(what string, happened func() bool) bool {
		ok := s.awaits(happened)
		if !ok {
			s.t.Logf("waited in vain for %s", what)
		}
		return ok
	}))
}

// restarted waits for the icon to come back after a crash of the panel.
func (s *session) restarted(p *program) string {
	s.killPanel()
	if !s.awaits(func() bool { return !s.has(p.color) }) {
		s.t.Log("the icon is still there after the panel's end")
		return no
	}
	s.startPanel()
	_, ok := s.icon(p.color)
	return answer(ok)
}

// twoTools checks that another program has an icon and a menu of its own.
func (s *session) twoTools(p *program) string {
	other := run(s.t, s.d, "-name", "Other", "-square")
	other.color = lime
	defer other.Signal(syscall.SIGTERM)
	if !s.awaits(func() bool { return s.has(green) && s.has(lime) }) {
		return no
	}
	before := len(p.Stdout())
	m, line := s.click(other, desktop.Left)
	if len(m.lines) > 0 && s.says(other, "open", func() { s.choose(m, lineOpen) }) {
		line = "open"
	}
	s.d.Screenshot("two")
	if line != "open" || len(p.Stdout()) != before {
		s.t.Logf("the other program said %q, the first one %q", other.Stdout(), p.Stdout()[before:])
		return no
	}
	other.order("quit")
	return answer(s.awaits(func() bool { return !s.has(lime) && s.has(green) }))
}

// gone waits for the icon to go with its program.
func (s *session) gone(p *program) string {
	p.order("quit")
	return answer(s.awaits(func() bool { return !s.has(green) }))
}

// notice has a tool show a notice, and clicks on it.
func (s *session) notice(*program) string {
	// A script in place of xdg-open, which would need other programs on each desktop.
	bin := filepath.Join(s.d.Home(), "bin")
	opened := filepath.Join(bin, "opened")
	s.d.Write(filepath.Join(bin, "xdg-open"), "#!/bin/sh\necho \"$1\" >>'"+opened+"'\n", 0o700)
	if s.notices != nil {
		wait := s.d.AwaitOwner("org.freedesktop.Notifications")
		s.spawn(s.notices[0], s.notices[1:]...)
		wait()
	}
	n := tool.Start(s.t, s.d, func(cmd *exec.Cmd) {
		cmd.Env = append(cmd.Env, "PATH="+bin+":"+os.Getenv("PATH"))
	}, notifier, "-no-browser", "-no-tray", "-port", "0")
	// Some have a button, and some close a notice when it is clicked with the left button.
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
		to := click.from(at)
		s.d.Move(to.Sub(image.Pt(8, 0)))
		for range 4 { // Cinnamon's notices take a click only if the mouse has moved on them
			time.Sleep(50 * time.Millisecond)
			s.d.Move(to.Sub(image.Pt(2, 0)))
			s.d.Move(to)
		}
		time.Sleep(100 * time.Millisecond)
		s.d.ClickSlowly(to, click.button)
		for end := time.Now().Add(absent); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			if text, _ := os.ReadFile(opened); strings.Contains(string(text), n.URL+"report") {
				return yes
			}
		}
		s.limit = 10 * time.Second // until the notice has gone
		s.awaits(func() bool { return slices.Equal(before.Pix, s.d.Picture().Pix) })
	}
	return "shown only"
}

func centre(r image.Rectangle) image.Point { return r.Min.Add(r.Size().Div(2)) }

// appears waits for a window of at least this size, and returns where it is once it has
// stopped moving.
func (s *session) appears(before *image.RGBA, least image.Point) (bounds image.Rectangle, ok bool) {
	window := func(now *image.RGBA) image.Rectangle {
		return solid(now.Rect, func(x, y int) bool { return before.RGBAAt(x, y) != now.RGBAAt(x, y) })
	}
	ok = s.awaits(func() bool {
		size := window(s.d.Picture()).Size()
		return size.X >= least.X && size.Y >= least.Y
	})
	return window(s.still()), ok
}
