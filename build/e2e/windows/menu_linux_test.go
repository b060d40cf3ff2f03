package windows_test

import (
	"image"
	"slices"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// The items of the menu, from the top; "-" is a separator. The test cannot read them on the
// screen.
var (
	usualMenu    = []string{"Open", "Running", "-", "Today", "Today's notes", "Settings", "-", "Show log", "Start at login", "-", "Shutdown"}
	drainingMenu = []string{"Open", "Finishing", "-", "Today", "Today's notes", "Settings", "-", "Show log", "Start at login", "-", "Quit now"}
)

// Wine's menus have a frame and separators, whose heights do not depend on the font.
const (
	frameHeight     = 3
	separatorHeight = 9
)

// choose opens the icon's menu and clicks on an item.
func (c *computer) choose(menu []string, line string) {
	c.t.Helper()
	at := c.find(c.openMenu(), menu, line)
	c.Move(at)
	desktop.Await(c.t, "the tooltip to leave the menu", func() bool { return !c.tooltipAt(at) })
	c.Click(at, desktop.Left)
	c.awaitNoMenu()
}

// openMenu opens the icon's menu with the right button, unless it is open.
func (c *computer) openMenu() image.Rectangle {
	c.t.Helper()
	at := centre(c.awaitIcon())
	var menu image.Rectangle
	var clicked time.Time
	desktop.Await(c.t, "the menu", func() bool {
		var open bool
		if menu, open = c.menu(); open {
			last := menu.Inset(frameHeight)
			last.Min.Y = last.Max.Y - 12
			return !c.plain(last) // not drawn yet
		}
		// A click just after the icon appears may be lost.
		if time.Since(clicked) > 5*time.Second {
			c.Click(at, desktop.Right)
			clicked = time.Now()
		}
		return false
	})
	return menu
}

// awaitMark opens the menu until an item has a check mark.
func (c *computer) awaitMark(menu []string, line string) {
	c.t.Helper()
	desktop.Await(c.t, "the check mark of "+line, func() bool {
		at := c.find(c.openMenu(), menu, line)
		if !c.plain(image.Rect(-4, -5, 5, 6).Add(at)) {
			return true
		}
		c.PressEscape()
		c.awaitNoMenu()
		return false
	})
}

func (c *computer) awaitNoMenu() {
	c.t.Helper()
	desktop.Await(c.t, "the menu to close", func() bool {
		_, open := c.menu()
		return !open
	})
}

// plain reports whether a part of the screen has one colour.
func (c *computer) plain(part image.Rectangle) bool {
	c.t.Helper()
	picture := c.Picture()
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			if picture.RGBAAt(x, y) != picture.RGBAAt(part.Min.X, part.Min.Y) {
				return false
			}
		}
	}
	return true
}

// menu returns the place of the open menu: the program's window without a title.
func (c *computer) menu() (image.Rectangle, bool) {
	c.t.Helper()
	for _, w := range c.windows("dibbler.exe") {
		if w.title == "" && w.bounds.Dx() > 50 && w.bounds.Dy() > 50 {
			return w.bounds, true
		}
	}
	return image.Rectangle{}, false
}

// find returns the place of an item of the menu.
func (c *computer) find(bounds image.Rectangle, menu []string, line string) image.Point {
	c.t.Helper()
	separators := 0
	for _, l := range menu {
		if l == "-" {
			separators++
		}
	}
	rows, height := len(menu)-separators, bounds.Dy()-2*frameHeight-separators*separatorHeight
	if height%rows != 0 {
		c.t.Fatalf("a menu of %d pixels does not have the items %q", bounds.Dy(), menu)
	}
	y := bounds.Min.Y + frameHeight
	for _, l := range menu[:slices.Index(menu, line)] {
		if l == "-" {
			y += separatorHeight
		} else {
			y += height / rows
		}
	}
	return image.Pt(bounds.Min.X+8, y+height/rows/2)
}

// tooltipAt reports whether a window of the task bar's program covers a point, apart from the
// desktop. The icon's tooltip does for a while.
func (c *computer) tooltipAt(p image.Point) bool {
	c.t.Helper()
	bar, _ := c.taskbar()
	for _, w := range c.windows("explorer.exe") {
		if w.bounds != bar && w.bounds.Dy() < 700 && p.In(w.bounds) {
			return true
		}
	}
	return false
}
