package tray_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"testing"

	"github.com/dibbler-app/dibbler/assets"
)

// boundsOf is where nearly this colour is.
func boundsOf(picture *image.RGBA, c color.RGBA) (bounds image.Rectangle) {
	for y := range picture.Rect.Dy() {
		for x := range picture.Rect.Dx() {
			if distance(picture.RGBAAt(x, y), c) < 14 {
				bounds = bounds.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return bounds
}

// groundAround is the commonest colour around a rectangle.
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

// visible reports whether an icon of one colour is seen on another: WCAG 2 asks for a
// contrast of 3 for symbols.
func visible(icon, ground color.RGBA) bool {
	a, b := luminance(icon), luminance(ground)
	return (max(a, b)+0.05)/(min(a, b)+0.05) >= 3
}

// sharpness is how much neighbouring pixels differ, squared and summed up over a
// rectangle.
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

// trayPicture is the icon on a ground, so large that its green has this width.
func trayPicture(t *testing.T, width int, ground color.RGBA) (*image.RGBA, image.Rectangle) {
	t.Helper()
	in, err := png.Decode(bytes.NewReader(assets.TrayPNG))
	if err != nil {
		t.Fatal(err)
	}
	for size := 12; ; size++ {
		out := image.NewRGBA(image.Rect(0, 0, size, size))
		n := in.Bounds().Dx()
		const fine = 8 // samples of a pixel in each direction
		for y := range size {
			for x := range size {
				var sum [3]float64
				for i := range fine * fine {
					sx := (float64(x) + (float64(i%fine)+0.5)/fine) * float64(n) / float64(size)
					sy := (float64(y) + (float64(i/fine)+0.5)/fine) * float64(n) / float64(size)
					r, g, b, a := in.At(int(sx), int(sy)).RGBA()
					for j, v := range []uint32{r, g, b} {
						under := []uint8{ground.R, ground.G, ground.B}[j]
						sum[j] += float64(v)/257 + float64(under)*(1-float64(a)/0xffff)
					}
				}
				out.SetRGBA(x, y, color.RGBA{uint8(sum[0] / fine / fine), uint8(sum[1] / fine / fine), uint8(sum[2] / fine / fine), 0xff})
			}
		}
		if b := boundsOf(out, green); b.Dx() >= width || size > 200 {
			return out, b
		}
	}
}
