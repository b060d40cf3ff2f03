package desktop

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"strings"
	"time"

	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"github.com/dibbler-app/dibbler/build/e2e/internal/screenshot"
)

// Picture returns a picture of the screen.
func (d *Desktop) Picture() *image.RGBA {
	d.t.Helper()
	return d.picture(image.Rect(0, 0, int(d.screen.WidthInPixels), int(d.screen.HeightInPixels)))
}

func (d *Desktop) picture(r image.Rectangle) *image.RGBA {
	d.t.Helper()
	reply, err := xproto.GetImage(d.x, xproto.ImageFormatZPixmap, xproto.Drawable(d.screen.Root),
		int16(r.Min.X), int16(r.Min.Y), uint16(r.Dx()), uint16(r.Dy()), ^uint32(0)).Reply()
	if err != nil {
		d.t.Fatal(err)
	}
	img := image.NewRGBA(r)
	for i := 0; i < len(reply.Data); i += 4 { // blue, green, red, nothing
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = reply.Data[i+2], reply.Data[i+1], reply.Data[i], 0xff
	}
	return img
}

// SetBackground sets the colour of the screen where no window is.
func (d *Desktop) SetBackground(c color.RGBA) {
	d.t.Helper()
	pixel := uint32(c.R)<<16 | uint32(c.G)<<8 | uint32(c.B)
	err := xproto.ChangeWindowAttributesChecked(d.x, d.screen.Root, xproto.CwBackPixel, []uint32{pixel}).Check()
	if err == nil {
		err = xproto.ClearAreaChecked(d.x, false, d.screen.Root, 0, 0, 0, 0).Check()
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// Screenshot keeps a picture of the screen as the file test-name.png in the folder that the
// environment variable DIBBLER_SCREENSHOTS names, if it is set.
func (d *Desktop) Screenshot(name string) {
	d.t.Helper()
	if !screenshot.Wanted() {
		return
	}
	var b bytes.Buffer
	if err := png.Encode(&b, d.Picture()); err != nil {
		d.t.Fatal(err)
	}
	screenshot.Keep(d.t, name, b.Bytes())
}

// A Button is a button of the mouse.
type Button byte

// The buttons, as X counts them.
const (
	Left   Button = 1
	Middle Button = 2
	Right  Button = 3
)

// Click moves the mouse to a point of the screen and clicks.
func (d *Desktop) Click(at image.Point, button Button) {
	d.t.Helper()
	d.Move(at)
	d.input(xproto.ButtonPress, byte(button), image.Point{})
	d.input(xproto.ButtonRelease, byte(button), image.Point{})
}

// ClickSlowly is like Click, and presses the button for as long as a person does. Cinnamon's
// notices ignore shorter clicks.
func (d *Desktop) ClickSlowly(at image.Point, button Button) {
	d.t.Helper()
	d.Move(at)
	d.input(xproto.ButtonPress, byte(button), image.Point{})
	time.Sleep(150 * time.Millisecond)
	d.input(xproto.ButtonRelease, byte(button), image.Point{})
}

// Move moves the mouse to a point of the screen.
func (d *Desktop) Move(to image.Point) {
	d.t.Helper()
	d.input(xproto.MotionNotify, 0, to)
}

// PressEscape presses the Escape key. Without a window manager, the window below the mouse gets
// it.
func (d *Desktop) PressEscape() {
	d.t.Helper()
	const escape = 9 // on all keyboards of X servers on Linux
	d.input(xproto.KeyPress, escape, image.Point{})
	d.input(xproto.KeyRelease, escape, image.Point{})
}

func (d *Desktop) input(event, detail byte, at image.Point) {
	d.t.Helper()
	if err := xtest.FakeInputChecked(d.x, event, detail, 0, d.screen.Root, int16(at.X), int16(at.Y), 0).Check(); err != nil {
		d.t.Fatal(err)
	}
}

// popupMenu finds the menu that is open on the screen.
func (d *Desktop) popupMenu() (image.Rectangle, bool) {
	d.t.Helper()
	for _, menu := range d.Windows("_MENU") {
		return menu, true
	}
	return image.Rectangle{}, false
}

// Windows returns the places of the windows whose type has this suffix, such as "_NOTIFICATION".
func (d *Desktop) Windows(kind string) (found []image.Rectangle) {
	d.t.Helper()
	tree, err := xproto.QueryTree(d.x, d.screen.Root).Reply()
	if err != nil {
		d.t.Fatal(err)
	}
	for _, w := range tree.Children {
		// A window that closes meanwhile is an error here.
		attr, err := xproto.GetWindowAttributes(d.x, w).Reply()
		if err != nil || attr.MapState != xproto.MapStateViewable || !strings.HasSuffix(d.windowType(w), kind) {
			continue
		}
		g, err := xproto.GetGeometry(d.x, xproto.Drawable(w)).Reply()
		if err != nil {
			continue
		}
		found = append(found, image.Rect(0, 0, int(g.Width), int(g.Height)).Add(image.Pt(int(g.X), int(g.Y))))
	}
	return found
}

// windowType is the first of a window's types, such as
// "_NET_WM_WINDOW_TYPE_POPUP_MENU", or "".
func (d *Desktop) windowType(w xproto.Window) string {
	const property = "_NET_WM_WINDOW_TYPE"
	name, err := xproto.InternAtom(d.x, false, uint16(len(property)), property).Reply()
	if err != nil {
		d.t.Fatal(err)
	}
	value, err := xproto.GetProperty(d.x, false, w, name.Atom, xproto.AtomAtom, 0, 1).Reply()
	if err != nil || value.ValueLen == 0 {
		return ""
	}
	atom := uint32(value.Value[0]) | uint32(value.Value[1])<<8 | uint32(value.Value[2])<<16 | uint32(value.Value[3])<<24
	kind, err := xproto.GetAtomName(d.x, xproto.Atom(atom)).Reply()
	if err != nil {
		return ""
	}
	return kind.Name
}
