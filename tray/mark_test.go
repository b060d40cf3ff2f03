package tray

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"testing"
)

// markSizes are sizes of icons in panels, in pixels.
var markSizes = []int{16, 20, 24, 32, 48, 64}

var green = color.RGBA{0x1f, 0x8a, 0x4c, 0xff}

// square returns a green icon.
func square(size int) *image.RGBA {
	icon := image.NewRGBA(image.Rect(0, 0, size, size))
	draw.Draw(icon, icon.Rect, image.NewUniform(green), image.Point{}, draw.Src)
	return icon
}

// count returns how many pixels have the colour c.
func count(picture *image.RGBA, c color.RGBA) (n int) {
	for i := 0; i < len(picture.Pix); i += 4 {
		if [4]uint8(picture.Pix[i:i+4]) == [4]uint8{c.R, c.G, c.B, c.A} {
			n++
		}
	}
	return n
}

func TestMark(t *testing.T) {
	for _, tt := range []struct {
		state State
		want  mark
	}{
		{State{}, mark{}},
		{State{Done: 0.5}, mark{}},
		{State{Status: Busy}, mark{Busy, 0}},
		{State{Status: Busy, Done: -1}, mark{Busy, 0}},
		{State{Status: Busy, Done: math.NaN()}, mark{Busy, 0}},
		{State{Status: Busy, Done: 0.049}, mark{Busy, 0}},
		{State{Status: Busy, Done: 0.05}, mark{Busy, 1}},
		{State{Status: Busy, Done: 0.999}, mark{Busy, 19}},
		{State{Status: Busy, Done: 1}, mark{Busy, 20}},
		{State{Status: Busy, Done: 9}, mark{Busy, 20}},
		{State{Status: Attention, Done: 0.5}, mark{Attention, 0}},
		{State{Status: 9}, mark{}},
	} {
		if got := tt.state.mark(); got != tt.want {
			t.Errorf("%+v: %v, want %v", tt.state, got, tt.want)
		}
	}
}

// TestDraw/ring checks that each step extends the ring clockwise, and that the icon stays
// inside it.
func TestDraw(t *testing.T) {
	t.Run("ring", func(t *testing.T) {
		for _, size := range markSizes {
			before := -1
			for steps := range ringSteps + 1 {
				p := mark{Busy, steps}.draw(square(48), size)
				filled := count(p, ringColor)
				if filled <= before {
					t.Errorf("%d pixels, step %d: %d pixels of the ring, and %d before", size, steps, filled, before)
				}
				before = filled
			}
			if icon := count(mark{Busy, 10}.draw(square(48), size), green); icon < size*size/5 {
				t.Errorf("%d pixels: only %d show the icon", size, icon)
			}
		}
	})
	t.Run("half a ring", func(t *testing.T) {
		for _, size := range markSizes {
			p := mark{Busy, ringSteps / 2}.draw(square(48), size)
			for y := range size {
				for x := range size {
					left, c := x < size/2, p.RGBAAt(x, y)
					if left && c == ringColor || !left && c == trackColor {
						t.Fatalf("%d pixels: %v at %d, %d", size, c, x, y)
					}
				}
			}
		}
	})
	t.Run("gap", func(t *testing.T) {
		for _, size := range markSizes {
			busy := mark{Busy, ringSteps}.draw(square(48), size)
			dot := mark{status: Attention}.draw(square(48), size)
			for name, c := range map[string]color.RGBA{
				// Below the ring's top, and left of the dot's middle.
				"ring": busy.RGBAAt(size/2, size*5/32),
				"dot":  dot.RGBAAt(size-1-int(float64(size)*15/32), size*7/32),
			} {
				if c.A > 0x40 {
					t.Errorf("%d pixels: %v beside the %s, want a gap", size, c, name)
				}
			}
		}
	})
	t.Run("dot", func(t *testing.T) {
		for _, size := range markSizes {
			p := mark{status: Attention}.draw(square(48), size)
			if n := count(p, dotColor); n < size*size/12 {
				t.Errorf("%d pixels: a dot of %d", size, n)
			}
			if n := count(p, green); n < size*size/2 {
				t.Errorf("%d pixels: only %d show the icon", size, n)
			}
		}
	})
}

// TestColors checks the contrast of the ring and the dot to light and dark panels. WCAG 2.2
// requires 3 to 1 for graphics.
func TestColors(t *testing.T) {
	light, dark := luminance(color.RGBA{0xf0, 0xf0, 0xf0, 0xff}), luminance(color.RGBA{0x22, 0x22, 0x22, 0xff})
	for _, c := range []color.RGBA{ringColor, dotColor} {
		l := luminance(c)
		if up, down := (light+0.05)/(l+0.05), (l+0.05)/(dark+0.05); up < 3 || down < 3 {
			t.Errorf("%v: contrast %.2f on light, %.2f on dark", c, up, down)
		}
	}
	if c := trackColor; c.R > c.A || c.A == 0xff {
		t.Errorf("%v is not multiplied by its opacity", c)
	}
}

// luminance returns the relative luminance of WCAG.
func luminance(c color.RGBA) (l float64) {
	for i, v := range []uint8{c.R, c.G, c.B} {
		s := float64(v) / 0xff
		if s <= 0.04045 {
			s /= 12.92
		} else {
			s = math.Pow((s+0.055)/1.055, 2.4)
		}
		l += s * []float64{0.2126, 0.7152, 0.0722}[i]
	}
	return l
}

func TestScale(t *testing.T) {
	for _, from := range []int{1, 7, 16, 32, 48, 256} {
		for _, to := range markSizes {
			if got := count(scale(square(from), to), green); got != to*to {
				t.Errorf("%d to %d: %d pixels have the color", from, to, got)
			}
		}
	}
	in := image.NewNRGBA(image.Rect(5, 5, 7, 7)) // does not start at zero
	in.SetNRGBA(5, 5, color.NRGBA{0xff, 0, 0, 0xff})
	if got, want := scale(in, 1).RGBAAt(0, 0), (color.RGBA{0x40, 0, 0, 0x40}); got != want {
		t.Errorf("one red pixel of four became %v, want %v", got, want)
	}
}

func TestPNGs(t *testing.T) {
	var b bytes.Buffer
	if err := png.Encode(&b, square(48)); err != nil {
		t.Fatal(err)
	}
	drawn := mark{Busy, 5}.pngs(b.Bytes(), 16, 32)
	if len(drawn) != 2 {
		t.Fatalf("%d pictures, want 2", len(drawn))
	}
	for i, size := range []int{16, 32} {
		if c, err := png.DecodeConfig(bytes.NewReader(drawn[i])); err != nil || c.Width != size || c.Height != size {
			t.Errorf("%+v, %v", c, err)
		}
	}
	if got := (mark{Busy, 5}).pngs([]byte("GIF89a"), 16); got != nil {
		t.Errorf("pngs of a bad PNG returned %d pictures", len(got))
	}
}
