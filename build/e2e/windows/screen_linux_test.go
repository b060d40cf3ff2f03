package windows_test

import (
	"image"
	"strings"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// A screen is a connection to the screen that wine draws on.
type screen struct {
	x    *xgb.Conn
	root xproto.Window
}

func (c *computer) connectScreen() {
	c.t.Helper()
	for _, v := range c.Desktop.Command("").Env {
		if display, ok := strings.CutPrefix(v, "DISPLAY="); ok {
			x, err := xgb.NewConnDisplay(display)
			if err != nil {
				c.t.Fatal(err)
			}
			c.t.Cleanup(x.Close)
			c.screen = screen{x, xproto.Setup(x).DefaultScreen(x).Root}
		}
	}
}

// A window is a visible window.
type window struct {
	title  string
	bounds image.Rectangle
}

// windows returns the visible windows of a program, which is named without its folder. The
// desktop and menus are windows as well.
func (c *computer) windows(program string) []window {
	c.t.Helper()
	return c.screen.below(c.screen.root, program)
}

// below returns the windows of a program inside parent. It leaves out those that close
// meanwhile, for which the screen reports errors.
func (s screen) below(parent xproto.Window, program string) (found []window) {
	tree, err := xproto.QueryTree(s.x, parent).Reply()
	if err != nil {
		return nil
	}
	for _, w := range tree.Children {
		attr, err := xproto.GetWindowAttributes(s.x, w).Reply()
		if err != nil || attr.MapState != xproto.MapStateViewable {
			continue
		}
		found = append(found, s.below(w, program)...)
		g, err := xproto.GetGeometry(s.x, xproto.Drawable(w)).Reply()
		if err != nil {
			continue
		}
		at, err := xproto.TranslateCoordinates(s.x, w, s.root, 0, 0).Reply()
		if err != nil {
			continue
		}
		if class, _, _ := strings.Cut(s.text(w, xproto.AtomWmClass), "\x00"); class == program {
			bounds := image.Rect(0, 0, int(g.Width), int(g.Height)).Add(image.Pt(int(at.DstX), int(at.DstY)))
			found = append(found, window{s.text(w, xproto.AtomWmName), bounds})
		}
	}
	return found
}

func (s screen) text(w xproto.Window, property xproto.Atom) string {
	p, err := xproto.GetProperty(s.x, false, w, property, xproto.GetPropertyTypeAny, 0, 64).Reply()
	if err != nil {
		return ""
	}
	return string(p.Value)
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
