package windows_test

import (
	"fmt"
	"image"
	"regexp"
	"strings"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// A window is a visible window.
type window struct {
	title  string
	bounds image.Rectangle
}

// windows returns the visible windows of a program, which is named without its folder. The
// desktop and menus are windows as well.
func (c *computer) windows(program string) (found []window) {
	c.t.Helper()
	for _, id := range strings.Fields(c.xdotool("search", "--onlyvisible", "--classname", "^"+regexp.QuoteMeta(program)+"$")) {
		var x, y, width, height int
		geometry := strings.ReplaceAll(c.xdotool("getwindowgeometry", "--shell", id), "\n", " ")
		if _, err := fmt.Sscanf(geometry, "WINDOW="+id+" X=%d Y=%d WIDTH=%d HEIGHT=%d", &x, &y, &width, &height); err != nil {
			continue // closed meanwhile
		}
		title := strings.TrimSuffix(c.xdotool("getwindowname", id), "\n")
		found = append(found, window{title, image.Rect(x, y, x+width, y+height)})
	}
	return found
}

// xdotool returns the output of xdotool, which fails if it finds no window.
func (c *computer) xdotool(args ...string) string {
	c.t.Helper()
	p := c.Spawn(c.Desktop.Command("xdotool", args...))
	p.Wait()
	return p.Stdout()
}

// taskbar returns the place of the bar along the lower edge of the screen.
func (c *computer) taskbar() (image.Rectangle, bool) {
	c.t.Helper()
	for _, w := range c.windows("explorer.exe") {
		if w.bounds.Dx() == 1024 && w.bounds.Max.Y == 768 && w.bounds.Dy() < 100 {
			return w.bounds, true
		}
	}
	return image.Rectangle{}, false
}

// icon returns the place of the icon: the part at the right of the task bar whose colour differs
// from the bar's middle. It is empty without an icon.
func (c *computer) icon() (icon image.Rectangle) {
	c.t.Helper()
	bar, ok := c.taskbar()
	if !ok {
		return icon
	}
	picture := c.Picture()
	bare := picture.RGBAAt(bar.Dx()/2, bar.Min.Y+bar.Dy()/2)
	for y := bar.Min.Y; y < bar.Max.Y; y++ {
		for x := bar.Max.X - 2*bar.Dy(); x < bar.Max.X; x++ {
			if picture.RGBAAt(x, y) != bare {
				icon = icon.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return icon
}

// awaitIcon waits until the task bar shows the icon.
func (c *computer) awaitIcon() image.Rectangle {
	c.t.Helper()
	var icon image.Rectangle
	desktop.Await(c.t, "the icon", func() bool {
		icon = c.icon()
		return icon.Dx() >= 12 && icon.Dy() >= 12
	})
	return icon
}

func (c *computer) awaitNoIcon() {
	c.t.Helper()
	desktop.Await(c.t, "the icon to go", func() bool { return c.icon().Empty() })
}

func centre(r image.Rectangle) image.Point { return r.Min.Add(r.Size().Div(2)) }
