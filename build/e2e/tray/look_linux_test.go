package tray_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/assets"
)

// A look is how the icon looks in a panel.
type look struct {
	size  int  // in pixels
	sharp bool // as sharp as if it were drawn in this size
	light bool // whether the panel is light
	seen  bool // whether it stands out from the panel
}

func (s *session) look() look {
	picture := s.rest()
	bounds := find(picture, green, 14).bounds
	whole := bounds
	whole.Max.Y = whole.Min.Y + whole.Dx() // the green is its upper part
	ground := groundAround(picture, whole)
	ideal, idealBounds := drawnTray(s.t, bounds.Dx(), ground)
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
	s.t.Logf("the icon has %v pixels on %v, %.2f of the possible sharpness, and %.2f of it stands out", whole.Size(), ground, sharp, share)
	return look{bounds.Dx(), sharp > 0.8, luminance(ground) > 0.4, share > 0.2}
}

// sharp returns the cell for the looks at both scales.
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

// seen returns the cell for the looks on a dark and a light panel.
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

// groundAround is the most common colour around a rectangle.
func groundAround(picture *image.RGBA, r image.Rectangle) (ground color.RGBA) {
	counts := make(map[color.RGBA]int)
	around := r.Inset(-12).Intersect(picture.Rect)
	for y := around.Min.Y; y < around.Max.Y; y++ {
		for x := around.Min.X; x < around.Max.X; x++ {
			if !image.Pt(x, y).In(r) {
				counts[picture.RGBAAt(x, y)]++
			}
		}
	}
	for c, n := range counts {
		if n > counts[ground] {
			ground = c
		}
	}
	return ground
}

// luminance is that of WCAG 2, from 0 to 1.
func luminance(c color.RGBA) float64 {
	linear := func(v uint8) float64 { return math.Pow(float64(v)/0xff, 2.2) }
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// visible reports whether an icon of one colour can be seen on another. WCAG 2 requires a
// contrast of 3 for symbols.
func visible(icon, ground color.RGBA) bool {
	a, b := luminance(icon), luminance(ground)
	return (max(a, b)+0.05)/(min(a, b)+0.05) >= 3
}

// sharpness is the sum of the squared differences between neighbouring pixels of a rectangle.
func sharpness(picture *image.RGBA, r image.Rectangle) (sum float64) {
	value := func(x, y int) float64 {
		c := picture.RGBAAt(x, y)
		return (float64(c.R) + float64(c.G) + float64(c.B)) / 3
	}
	for y := r.Min.Y; y < r.Max.Y-1; y++ {
		for x := r.Min.X; x < r.Max.X-1; x++ {
			dx, dy := value(x+1, y)-value(x, y), value(x, y+1)-value(x, y)
			sum += dx*dx + dy*dy
		}
	}
	return sum
}

// drawnTray draws the icon on a ground, so large that its green has this width.
func drawnTray(t *testing.T, width int, ground color.RGBA) (*image.RGBA, image.Rectangle) {
	t.Helper()
	icon, err := png.Decode(bytes.NewReader(assets.TrayPNG))
	if err != nil {
		t.Fatal(err)
	}
	large := image.NewRGBA(icon.Bounds())
	draw.Draw(large, large.Rect, image.NewUniform(ground), image.Point{}, draw.Src)
	draw.Draw(large, large.Rect, icon, icon.Bounds().Min, draw.Over)
	for size := 12; ; size++ {
		out := image.NewRGBA(image.Rect(0, 0, size, size))
		for i := range size * size {
			out.SetRGBA(i%size, i/size, mean(large, i%size, i/size, size))
		}
		if b := find(out, green, 14).bounds; b.Dx() >= width || size > 200 {
			return out, b
		}
	}
}

// mean is the colour of a pixel of a picture that is scaled to a size.
func mean(large *image.RGBA, x, y, size int) color.RGBA {
	const fine = 8 // samples in each direction
	at := func(pixel, sample int) int { return (pixel*fine + sample) * large.Rect.Dx() / (size * fine) }
	var r, g, b int
	for i := range fine * fine {
		c := large.RGBAAt(at(x, i%fine), at(y, i/fine))
		r, g, b = r+int(c.R), g+int(c.G), b+int(c.B)
	}
	const n = fine * fine
	return color.RGBA{uint8(r / n), uint8(g / n), uint8(b / n), 0xff}
}
