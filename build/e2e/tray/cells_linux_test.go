package tray_test

import (
	"fmt"
	"image"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// The cells of the table say one of these, or more.
const (
	yes  = "yes"
	no   = "no"
	none = "–" // cannot be, as the menu's lines without a menu
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
		s.giveUp = comesNot
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

// openMenu opens the menu, and checks that all lines are seen.
func (s *session) openMenu(p *program, lines int) (m shownMenu, ok bool) {
	s.t.Helper()
	m, _ = s.click(p, s.menuButton)
	if len(m.lines) != lines {
		s.t.Logf("%d lines are seen of %d: %v", len(m.lines), lines, m.lines)
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

// The lines of the menu in these tests, and those that the program adds.
const items = "One|[x] Two|[ ] Three|(Four)"

const lineOpen, lineServing, lineOne, lineTwo, lineFour, lineQuit, lineCount = 0, 1, 2, 3, 5, 8, 9

// everyLine chooses each line of the menu that is not grey.
func (s *session) everyLine(p *program) string {
	for line, says := range []string{"open", "", "chosen One", "chosen Two", "chosen Three", "", "log", "login true", "shutdown"} {
		if says == "" {
			continue
		}
		m, ok := s.openMenu(p, lineCount)
		if !ok {
			return no
		}
		if !s.says(p, says, func() { s.choose(m, line) }) {
			s.t.Logf("line %d does not say %q", line, says)
			s.closeMenu()
			return no
		}
	}
	return yes
}

// checkMark sees that a line looks different without its check mark.
func (s *session) checkMark(p *program) string {
	with, ok := s.openMenu(p, lineCount)
	s.d.Screenshot("check-on")
	s.closeMenu()
	if !ok {
		return no
	}
	p.order("items %s", strings.ReplaceAll(items, "[x]", "[ ]"))
	defer p.order("items %s", items)
	return answer(s.awaits(func() bool {
		without, ok := s.openMenu(p, lineCount)
		s.d.Screenshot("check-off")
		s.closeMenu()
		return ok && without.row(lineTwo) == with.row(lineTwo) &&
			differing(with.picture, without.picture, with.row(lineTwo)) >= 4 &&
			differing(with.picture, without.picture, with.row(lineOne)) == 0
	}))
}

// greyLines sees that they are paler than others.
func (s *session) greyLines(p *program) string {
	m, ok := s.openMenu(p, lineCount)
	s.closeMenu()
	pale := func(line int) bool { return m.contrast(line)*5 < m.contrast(lineOne)*4 }
	return answer(ok && pale(lineServing) && pale(lineFour) && !pale(lineOpen) && !pale(lineQuit))
}

// tooltip hovers over the icon, with a short text and a long one.
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

// finishing sees that the menu says that the program ends, and lets it be cut short.
func (s *session) finishing(p *program) string {
	before, ok := s.openMenu(p, lineCount)
	s.closeMenu()
	if !ok {
		return no
	}
	p.order("drain 2")
	var m shownMenu
	if !s.awaits(func() bool {
		m, ok = s.openMenu(p, lineCount)
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

// marks sees that the icon shows work and that attention is needed.
func (s *session) marks(p *program) string {
	s.rest()
	defer p.order("idle")
	return answer(p.showsMarks(func(what string, happened func() bool) bool {
		ok := s.awaits(happened)
		if !ok {
			s.t.Logf("not seen: %s", what)
		}
		return ok
	}))
}

// restarted sees the icon come back after a crash of the panel.
func (s *session) restarted(p *program) string {
	s.killPanel()
	if !s.awaits(func() bool { return !s.has(p.color) }) {
		s.t.Log("it shows the icon after its end")
		return no
	}
	s.startPanel()
	_, ok := s.icon(p.color)
	return answer(ok)
}

// twoTools sees the icon of another program, which has a menu of its own.
func (s *session) twoTools(p *program) string {
	other := run(s.t, s.d, nil, "-name", "Other", "-other")
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

// gone sees the icon go with its program.
func (s *session) gone(p *program) string {
	p.order("quit")
	return answer(s.awaits(func() bool { return !s.has(green) }))
}

// A look is what the icon looks like.
type look struct {
	size  int  // in pixels
	sharp bool // as drawn for this size
	light bool // whether the panel is
	seen  bool // whether it stands out from the panel
}

func (s *session) look() look {
	picture := s.rest()
	bounds := boundsOf(picture, green)
	whole := bounds
	whole.Max.Y = whole.Min.Y + whole.Dx() // the green is the upper part of it
	ground := groundAround(picture, whole)
	ideal, idealBounds := trayPicture(s.t, bounds.Dx(), ground)
	sharp := sharpness(picture, bounds) / sharpness(ideal, idealBounds)
	seen := 0
	for y := whole.Min.Y; y < whole.Max.Y; y++ {
		for x := whole.Min.X; x < whole.Max.X; x++ {
			if visible(picture.RGBAAt(x, y), ground) {
				seen++
			}
		}
	}
	share := float64(seen) / float64(whole.Dx()*whole.Dy())
	s.t.Logf("the icon has %v pixels on %v, is %.2f times as sharp as could be, and %.2f of it stands out", whole.Size(), ground, sharp, share)
	return look{bounds.Dx(), sharp > 0.8, luminance(ground) > 0.4, share > 0.2}
}

// sharp is the cell for the looks at both scales.
func sharp(one, two look) string {
	switch {
	case !one.sharp:
		return no
	case two.size < one.size*3/2:
		return "small on dense screens"
	case !two.sharp:
		return "blurred on dense screens"
	}
	return yes
}

// seen is the cell for the looks on a dark and a light panel.
func seen(looks ...look) string {
	var on []string
	for _, l := range looks {
		name := map[bool]string{true: "light", false: "dark"}[l.light]
		if l.seen && !slices.Contains(on, name) {
			on = append(on, name)
		}
	}
	if len(on) == 0 {
		return no
	}
	return strings.Join(on, ", ")
}
