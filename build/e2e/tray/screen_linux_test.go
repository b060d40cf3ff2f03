package tray_test

import (
	"image"
	"image/color"
	"slices"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// corner is a point where nothing but the background is.
var corner = image.Pt(300, 450)

// has reports whether an icon of this colour is on the screen.
func (s *session) has(c color.RGBA) bool { return find(s.d.Picture(), c, 14).count >= 30 }

// icon waits for an icon of a colour, and returns its middle once it stays there.
func (s *session) icon(c color.RGBA) (middle image.Point, ok bool) {
	ok = s.awaits(func() bool {
		last, now := middle, find(s.d.Picture(), c, 14)
		middle = now.middle
		return now.count >= 30 && middle == last
	})
	return middle, ok
}

// says reports whether p prints a line that begins with text, after do.
func (s *session) says(p *program, text string, do func()) bool {
	before := len(p.Stdout())
	do()
	return s.awaits(func() bool { return strings.Contains("\n"+p.Stdout()[before:], "\n"+text) })
}

// still returns a picture of the screen when it no longer changes.
func (s *session) still() *image.RGBA {
	picture := s.d.Picture()
	s.awaits(func() bool {
		before := picture
		picture = s.d.Picture()
		return slices.Equal(before.Pix, picture.Pix)
	})
	return picture
}

// rest moves the mouse away from icon and menu.
func (s *session) rest() *image.RGBA {
	s.d.Move(corner)
	time.Sleep(200 * time.Millisecond) // for a highlight to go
	return s.still()
}

// click clicks on the icon of p, and returns the menu that opens or the line that p prints,
// whichever comes first.
func (s *session) click(p *program, button desktop.Button) (m shownMenu, line string) {
	before := s.rest()
	at, ok := s.icon(p.color)
	if !ok {
		return m, ""
	}
	said := len(p.Stdout())
	var clicked time.Time
	s.awaits(func() bool {
		// A panel that has just started loses clicks.
		if time.Since(clicked) > 3*time.Second {
			s.d.Move(at)
			time.Sleep(200 * time.Millisecond) // some panels would take the click to be where the mouse was
			s.d.Click(at, button)
			time.Sleep(200 * time.Millisecond)
			s.d.Move(corner)
			clicked = time.Now()
		}
		if new := p.Stdout()[said:]; strings.HasSuffix(new, "\n") {
			line = strings.TrimSpace(new)
			return true
		}
		if _, ok := shown(before, s.d.Picture()); ok {
			m, ok = shown(before, s.still())
			return ok
		}
		return false
	})
	return m, line
}
