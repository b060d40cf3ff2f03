package tray_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/build/e2e/desktop"
)

// Colours of icons.
var (
	green  = color.RGBA{31, 138, 76, 0xff}  // most of the demo's icon
	blue   = color.RGBA{43, 125, 233, 0xff} // the ring while it works
	orange = color.RGBA{217, 69, 15, 0xff}  // the dot when it needs attention
	lime   = color.RGBA{76, 138, 31, 0xff}  // the demo's other icon
)

// A spot is where a picture has a colour.
type spot struct {
	bounds image.Rectangle
	middle image.Point
	count  int // of pixels
}

// find finds the pixels whose distance from c is less than tolerance.
func find(picture *image.RGBA, c color.RGBA, tolerance int) (s spot) {
	for y := range picture.Rect.Dy() {
		for x := range picture.Rect.Dx() {
			if distance(picture.RGBAAt(x, y), c) < tolerance {
				s.bounds = s.bounds.Union(image.Rect(x, y, x+1, y+1))
				s.middle = s.middle.Add(image.Pt(x, y))
				s.count++
			}
		}
	}
	if s.count > 0 {
		s.middle = s.middle.Div(s.count)
	}
	return s
}

// distance is the largest difference of a component.
func distance(a, b color.RGBA) int {
	difference := func(a, b uint8) int { return int(max(a, b) - min(a, b)) }
	return max(difference(a.R, b.R), difference(a.G, b.G), difference(a.B, b.B))
}

// showsMarks has the demo work and need attention, and reports whether its icon on the
// screen shows that. awaits reports whether something happens.
func (p *program) showsMarks(awaits func(what string, happened func() bool) bool) bool {
	p.t.Helper()
	count := func(c color.RGBA) int { return find(p.d.Picture(), c, 40).count } // small icons have few pure colours
	blueBefore, orangeBefore := count(blue), count(orange)
	last := 1 << 30
	for _, share := range []string{"1", "0.75", "0.25", "0"} {
		p.order("busy %s", share)
		if !awaits("a smaller ring at "+share, func() bool {
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
	return awaits("the icon without a mark", func() bool { return count(orange) < orangeBefore+5 })
}

// TestMarks reads the icon's properties as panels do: some use the file, some the pixmap.
func TestMarks(t *testing.T) {
	d, _, p := runWatched(t)
	awaitWords := func(words string) {
		t.Helper()
		want := "Demo\nRunning at 127.0.0.1:8888\n" + words + "Tea & <cake>"
		desktop.Await(t, "the tooltip "+want, func() bool { return d.Item().Tooltip() == want })
	}
	next := p.signals("org.kde.StatusNotifierItem")
	for _, step := range []struct{ order, status, words string }{
		{"busy 0.5", "Active", "Working, 50 % done\n"},
		{"attention", "NeedsAttention", "Needs attention\n"},
		{"busy", "Active", "Working\n"},
	} {
		p.order("%s", step.order)
		for next() != "NewIcon" { // panels read the icon again
		}
		awaitWords(step.words)
		item := d.Item()
		if got := item.Property("Status"); got != step.status {
			t.Errorf("%s: status %v, want %s", step.order, got, step.status)
		}
		name := item.Property("IconName").(string)
		fromFile, fromPixmap := readPicture(t, name), pixmap(item.Property("IconPixmap"))
		if !bytes.Equal(fromFile.Pix, fromPixmap.Pix) {
			t.Errorf("%s: the picture in %s differs from the pixmap", step.order, name)
		}
		for c, want := range map[color.RGBA]bool{green: true, orange: step.order == "attention", blue: strings.HasPrefix(step.order, "busy ")} {
			if n := find(fromFile, c, 14).count; want != (n > 50) {
				t.Errorf("%s: %d pixels of %v, want more than 50: %v", step.order, n, c, want)
			}
		}
		attention := item.Property("AttentionIconName") == name && len(item.Property("AttentionIconPixmap").([][]any)) > 0
		if want := step.order == "attention"; attention != want {
			t.Errorf("%s: there is an icon for attention: %v, want %v", step.order, attention, want)
		}
	}
	marked := d.Item().Property("IconName").(string)
	p.order("idle")
	awaitWords("")
	plain := d.Item().Property("IconName").(string)
	if got, err := os.ReadFile(plain); err != nil || !bytes.Equal(got, assets.TrayPNG) {
		t.Errorf("the idle icon %s is not the program's own picture, %v", plain, err)
	}
	desktop.Await(t, "the file of the marked icon to be removed", func() bool {
		_, err := os.Stat(marked)
		return os.IsNotExist(err)
	})
}

func rgba(in image.Image) *image.RGBA {
	out := image.NewRGBA(in.Bounds())
	draw.Draw(out, out.Rect, in, in.Bounds().Min, draw.Src)
	return out
}

func readPicture(t *testing.T, file string) *image.RGBA {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	in, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return rgba(in)
}

// pixmap returns the first picture of a property.
func pixmap(property any) *image.RGBA {
	first := property.([][]any)[0]
	out := image.NewNRGBA(image.Rect(0, 0, int(first[0].(int32)), int(first[1].(int32))))
	pixels := first[2].([]byte) // opacity, red, green, blue
	for i := 0; i < len(pixels); i += 4 {
		copy(out.Pix[i:], pixels[i+1:i+4])
		out.Pix[i+3] = pixels[i]
	}
	return rgba(out)
}
