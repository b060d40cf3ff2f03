package tray_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// Colours of the icon.
var (
	green  = color.RGBA{31, 138, 76, 0xff}  // of most of it
	blue   = color.RGBA{43, 125, 233, 0xff} // of its ring
	orange = color.RGBA{217, 69, 15, 0xff}  // of its dot
)

// find returns the middle of the pixels that have nearly this color, and their
// number.
func find(picture *image.RGBA, c color.RGBA) (middle image.Point, count int) {
	near := func(a, b uint8) bool { return a-b < 14 || b-a < 14 }
	for y := range picture.Rect.Dy() {
		for x := range picture.Rect.Dx() {
			if p := picture.RGBAAt(x, y); near(p.R, c.R) && near(p.G, c.G) && near(p.B, c.B) {
				middle = middle.Add(image.Pt(x, y))
				count++
			}
		}
	}
	if count > 0 {
		middle = middle.Div(count)
	}
	return middle, count
}

// showsMarks has the demo work and need attention, and reports whether its icon shows
// that on the screen. awaits reports whether something happens.
func (p *program) showsMarks(awaits func(what string, happened func() bool) bool) bool {
	p.t.Helper()
	count := func(c color.RGBA) (n int) {
		for picture := p.d.Picture().Pix; len(picture) > 0; picture = picture[4:] {
			if distance(color.RGBA{picture[0], picture[1], picture[2], 0xff}, c) < 40 { // small icons have few pure colours
				n++
			}
		}
		return n
	}
	blueBefore, orangeBefore := count(blue), count(orange)
	last := 1 << 30
	for _, share := range []string{"1", "0.75", "0.25", "0"} {
		p.order("busy %s", share)
		if !awaits("the ring at "+share, func() bool {
			ring := count(blue) - blueBefore
			if ring >= last || count(green) == 0 || share == "1" && ring < 20 {
				return false
			}
			last = ring
			return true
		}) {
			return false
		}
		p.d.Screenshot("busy-" + share)
	}
	p.order("attention")
	if !awaits("the dot", func() bool { return count(orange) >= orangeBefore+5 && count(green) >= 30 }) {
		return false
	}
	p.d.Screenshot("attention")
	p.order("idle")
	return awaits("the icon alone", func() bool { return count(orange) < orangeBefore+5 })
}

// TestMarks reads the icon over the bus as panels do.
func TestMarks(t *testing.T) {
	d := desktop.Start(t)
	w := startWatcher(t, d, true)
	p := run(t, d, nil)
	<-w.registered
	for _, step := range []struct{ order, status, words string }{
		{"busy 0.5", "Active", "Working, 50 % done"},
		{"busy", "Active", "Working"},
		{"attention", "NeedsAttention", "Needs attention"},
		{"busy 1", "Active", "Working, 100 % done"},
	} {
		p.order("%s", step.order)
		p.awaitWords(step.words)
		item := d.Item()
		if got := item.Property("Status"); got != step.status {
			t.Errorf("%s: status %v, want %s", step.order, got, step.status)
		}
		name := item.Property("IconName").(string)
		fromFile, fromPixmap := pictureOf(t, name), pixmapOf(item, "IconPixmap")
		if !bytes.Equal(fromFile.Pix, fromPixmap.Pix) {
			t.Errorf("%s: %s has another picture than the pixmap", step.order, name)
		}
		for color, want := range map[color.RGBA]bool{
			blue:   strings.HasPrefix(step.order, "busy "),
			orange: step.order == "attention",
			green:  true,
		} {
			if _, n := find(fromPixmap, color); want != (n > 50) {
				t.Errorf("%s: %d pixels of %v", step.order, n, color)
			}
		}
		attention := item.Property("AttentionIconName")
		if needs := step.order == "attention"; needs != (attention == name) || needs != (len(item.Property("AttentionIconPixmap").([][]any)) > 0) {
			t.Errorf("%s: the icon for attention is %q", step.order, attention)
		}
	}
	marked := d.Item().Property("IconName").(string)
	p.order("idle")
	p.awaitWords("")
	plain := d.Item().Property("IconName").(string)
	if got, err := os.ReadFile(plain); err != nil || !bytes.Equal(got, assets.TrayPNG) {
		t.Errorf("afterwards %s is another icon than before: %v", plain, err)
	}
	desktop.Await(t, "the file with the ring to be removed", func() bool {
		_, err := os.Stat(marked)
		return os.IsNotExist(err)
	})
	p.order("attention")
	p.awaitWords("Needs attention")
	marked = d.Item().Property("IconName").(string)
	p.order("quit")
	p.awaitEnd()
	if _, err := os.Stat(marked); !os.IsNotExist(err) {
		t.Errorf("%s is left: %v", marked, err)
	}
}

// awaitWords waits for a tooltip with these words about the work, or with none.
func (p *program) awaitWords(words string) {
	p.t.Helper()
	want := "Demo\nRunning at 127.0.0.1:8888\n"
	if words != "" {
		want += words + "\n"
	}
	desktop.Await(p.t, "the tooltip with "+words, func() bool {
		return p.d.Item().Property("ToolTip").([]any)[2] == want+"Tea & <cake>"
	})
}

// pictureOf reads a file.
func pictureOf(t *testing.T, file string) *image.RGBA {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	in, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewRGBA(in.Bounds())
	for i := range in.Bounds().Dx() * in.Bounds().Dy() {
		x, y := i%in.Bounds().Dx(), i/in.Bounds().Dx()
		out.Set(x, y, in.At(x, y))
	}
	return out
}

// pixmapOf is a picture among the icon's properties.
func pixmapOf(item desktop.Item, property string) *image.RGBA {
	pixmap := item.Property(property).([][]any)[0]
	out := image.NewRGBA(image.Rect(0, 0, int(pixmap[0].(int32)), int(pixmap[1].(int32))))
	pixels := pixmap[2].([]byte) // opacity, red, green, blue
	for i := range len(pixels) / 4 {
		p := pixels[4*i:]
		out.Set(i%out.Rect.Dx(), i/out.Rect.Dx(), color.NRGBA{p[1], p[2], p[3], p[0]})
	}
	return out
}
