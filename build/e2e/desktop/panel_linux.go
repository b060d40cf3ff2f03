package desktop

import (
	"bytes"
	_ "embed"
	"image"
	"image/color"
	"syscall"
	"text/template"
	"time"
)

// Colours of a panel.
var (
	Light = color.RGBA{0xf0, 0xf0, 0xf0, 0xff}
	Dark  = color.RGBA{0x22, 0x22, 0x22, 0xff}
)

//go:embed panel.xml
var panelXML string

var panelConfig = template.Must(template.New("panel").Parse(panelXML))

// Menus are drawn with rows of known heights, from which the places of the items follow.
const (
	rowHeight       = 26
	separatorHeight = 9
	gtkStyle        = `
menu { padding: 0; border: 0; margin: 0; }
menu > menuitem { min-height: 26px; padding: 0 8px; margin: 0; border: 0; }
menu > separator { min-height: 9px; padding: 0; margin: 0; border: 0; }
`
)

// A Panel is a bar along the top of the screen that shows only the tray's icons.
type Panel struct {
	*Process
	d          *Desktop
	background color.RGBA
	height     int
}

// StartPanel starts Xfce's panel and waits until it accepts icons. It skips the test if
// xfce4-panel is missing. Another panel may be started after [Panel.Kill].
func (d *Desktop) StartPanel(background color.RGBA) *Panel {
	d.t.Helper()
	Need(d.t, "xfce4-panel", "xfce4-panel")
	var config bytes.Buffer
	err := panelConfig.Execute(&config, map[string]any{
		"Dark":  background == Dark,
		"Red":   float64(background.R) / 0xff,
		"Green": float64(background.G) / 0xff,
		"Blue":  float64(background.B) / 0xff,
	})
	if err != nil {
		d.t.Fatal(err)
	}
	d.Write(d.config()+"/xfce4/xfconf/xfce-perchannel-xml/xfce4-panel.xml", config.String(), 0o600)
	d.Write(d.config()+"/gtk-3.0/gtk.css", gtkStyle, 0o600)

	p := &Panel{d: d, background: background, height: 32}
	owned := d.AwaitOwner(watcher)
	p.Process = d.Spawn(d.Command("xfce4-panel", "--disable-wm-check"))
	owned()
	Await(d.t, "the panel to be drawn", func() bool {
		return d.picture(p.bounds()).RGBAAt(p.bounds().Dx()/2, p.height/2) == background
	})
	return p
}

// Kill ends the panel as a crash would.
func (p *Panel) Kill() {
	p.d.t.Helper()
	p.Signal(syscall.SIGKILL)
	p.Wait()
}

func (p *Panel) bounds() image.Rectangle {
	return image.Rect(0, 0, int(p.d.screen.WidthInPixels), p.height)
}

// Icon is the part of the panel that is not bare. It is empty if there is no icon or only a part
// of one. Several icons make one rectangle.
func (p *Panel) Icon() image.Rectangle {
	p.d.t.Helper()
	img := p.d.picture(p.bounds())
	var icon image.Rectangle
	for y := range p.height {
		for x := range img.Rect.Dx() {
			if img.RGBAAt(x, y) != p.background {
				icon = icon.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	if icon.Dx() < 16 || icon.Dy() < 16 {
		return image.Rectangle{}
	}
	return icon
}

// AwaitIcon waits until the panel shows a whole icon, and returns its place.
func (p *Panel) AwaitIcon() image.Rectangle {
	p.d.t.Helper()
	var icon image.Rectangle
	Await(p.d.t, "an icon", func() bool {
		icon = p.Icon()
		return !icon.Empty()
	})
	return icon
}

// AwaitNoIcon waits until the panel is bare.
func (p *Panel) AwaitNoIcon() {
	p.d.t.Helper()
	Await(p.d.t, "the icon to go", func() bool { return p.Icon().Empty() })
}

// Click clicks on the icon with the left button. The panel loses a click just after the icon
// has appeared; [Panel.OpenMenu] waits until it accepts clicks.
func (p *Panel) Click() {
	p.d.t.Helper()
	p.d.Click(centre(p.AwaitIcon()), Left)
}

// Choose opens the icon's menu with the right button and clicks on the item with
// this label. It returns when the menu has closed.
func (p *Panel) Choose(label string) {
	p.d.t.Helper()
	menu := p.OpenMenu()
	at, ok := menu.find(label)
	if !ok {
		p.d.t.Fatalf("no item %q in the menu", label)
	}
	p.d.Click(at, Left)
	p.awaitNoMenu()
}

// A Menu is a menu that is open on the screen.
type Menu struct {
	Bounds image.Rectangle
	items  []menuItem
}

// OpenMenu opens the icon's menu with the right button.
func (p *Panel) OpenMenu() Menu {
	p.d.t.Helper()
	var menu Menu
	var clicked time.Time
	Await(p.d.t, "the menu with the program's items", func() bool {
		// A click just after the icon has appeared is lost, or opens the panel's own menu,
		// because the panel does not know the icon's menu yet.
		if time.Since(clicked) > time.Second {
			if _, open := p.d.popupMenu(); open {
				p.CloseMenu()
			}
			p.d.Click(centre(p.AwaitIcon()), Right)
			clicked = time.Now()
		}
		var open bool
		if menu.Bounds, open = p.d.popupMenu(); !open {
			return false
		}
		menu.items = p.d.Item().items()
		return menu.Bounds.Dy() == menu.height() && !plain(p.d.picture(menu.Bounds))
	})
	return menu
}

// CloseMenu closes the menu that is open, by a click elsewhere.
func (p *Panel) CloseMenu() {
	p.d.t.Helper()
	p.d.Click(p.bounds().Max.Sub(image.Pt(1, 1)), Left)
	p.awaitNoMenu()
}

func (p *Panel) awaitNoMenu() {
	p.d.t.Helper()
	Await(p.d.t, "the menu to close", func() bool {
		_, open := p.d.popupMenu()
		return !open
	})
}

func (m Menu) height() int {
	height := 0
	for _, item := range m.items {
		height += item.height()
	}
	return height
}

// find is the middle of the item with this label.
func (m Menu) find(label string) (image.Point, bool) {
	y := m.Bounds.Min.Y
	for _, item := range m.items {
		if item.label == label && !item.separator {
			return image.Pt(m.Bounds.Min.X+m.Bounds.Dx()/2, y+item.height()/2), true
		}
		y += item.height()
	}
	return image.Point{}, false
}

// plain reports whether a picture has only one colour, as a window before it is drawn.
func plain(img *image.RGBA) bool {
	for i := range img.Pix {
		if img.Pix[i] != img.Pix[i%4] {
			return false
		}
	}
	return true
}

func centre(r image.Rectangle) image.Point { return r.Min.Add(r.Size().Div(2)) }
