package tray

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"log/slog"
	"math"
)

// A mark is what a State draws on the icon. The zero mark is the icon alone.
type mark struct {
	status Status
	steps  int // of the ring, which has ringSteps
}

// ringSteps keeps redraws few. One step is 2 pixels long in the smallest icons.
const ringSteps = 20

func (s State) mark() mark {
	switch s.Status {
	case Busy:
		return mark{Busy, s.percent() * ringSteps / 100}
	case Attention:
		return mark{status: Attention}
	default:
		return mark{}
	}
}

// Colours that differ from light and from dark panels. A macOS menu bar uses only
// their opacity.
var (
	ringColor  = color.RGBA{0x2b, 0x7d, 0xe9, 0xff}
	trackColor = color.RGBA{0x48, 0x48, 0x48, 0x90} // a grey, multiplied by its opacity
	dotColor   = color.RGBA{0xd9, 0x45, 0x0f, 0xff}
)

// pngs returns picture, a PNG, with m on it in the given sizes, or nil if it is no
// PNG.
func (m mark) pngs(picture []byte, sizes ...int) (drawn [][]byte) {
	icon, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		slog.Debug("tray: the icon does not show that the program works or needs attention", "err", err)
		return nil
	}
	for _, size := range sizes {
		var b bytes.Buffer
		if err := png.Encode(&b, m.draw(icon, size)); err != nil {
			panic(err) // a buffer takes everything, and the size is in bounds
		}
		drawn = append(drawn, b.Bytes())
	}
	return drawn
}

// draw returns icon with m on it, as a square of size pixels. Around ring and dot
// is a gap, so that they are seen on icons of any colour, and of one colour.
func (m mark) draw(icon image.Image, size int) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, size, size))
	width := float64(size) / 8 // of the ring
	half := float64(size) / 2
	if m.status == Attention {
		draw.Draw(out, out.Rect, scale(icon, size), image.Point{}, draw.Src)
		radius := 1.75 * width
		paint(out, func(x, y float64) (keep float64, c color.RGBA, cover float64) {
			r := math.Hypot(x-(2*half-radius), y-radius)
			return inside(r - (radius + width/2)), dotColor, inside(radius - r)
		})
		return out
	}
	inner := size - 2*int(math.Ceil(1.5*width))
	place := out.Rect.Inset((size - inner) / 2)
	draw.Draw(out, place, scale(icon, inner), image.Point{}, draw.Src)
	share := float64(m.steps) / ringSteps
	paint(out, func(x, y float64) (keep float64, c color.RGBA, cover float64) {
		x, y = x-half, y-half
		r := math.Hypot(x, y)
		turn := 0.5 - math.Atan2(x, y)/(2*math.Pi) // 0 at the top, clockwise
		c = trackColor
		if turn < share {
			c = ringColor
		}
		return inside(float64(inner)/2 - r), c, inside(half-r) * inside(r-(half-width))
	})
	return out
}

// inside returns how much of a pixel is inside a shape whose edge is depth pixels
// away from the pixel's middle.
func inside(depth float64) float64 { return max(0, min(1, depth+0.5)) }

// paint keeps a part of each pixel and covers a part with a colour, as at says for
// the pixel's middle.
func paint(p *image.RGBA, at func(x, y float64) (keep float64, c color.RGBA, cover float64)) {
	for i := 0; i < len(p.Pix); i += 4 {
		keep, c, cover := at(float64(i%p.Stride/4)+0.5, float64(i/p.Stride)+0.5)
		for j, v := range []uint8{c.R, c.G, c.B, c.A} {
			old := keep * float64(p.Pix[i+j]) * (1 - cover*float64(c.A)/0xff)
			p.Pix[i+j] = uint8(old + cover*float64(v) + 0.5)
		}
	}
}

// scale returns picture as a square of size pixels. A pixel is the average of what it
// covers.
func scale(picture image.Image, size int) *image.RGBA {
	b := picture.Bounds()
	in := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(in, in.Rect, picture, b.Min, draw.Src)
	out := image.NewRGBA(image.Rect(0, 0, size, size))
	columns, rows := spans(b.Dx(), size), spans(b.Dy(), size)
	for y, row := range rows {
		for x, column := range columns {
			var sum [4]float64
			for _, v := range row {
				for _, h := range column {
					pixel := in.Pix[in.PixOffset(h.at, v.at):]
					for c := range sum {
						sum[c] += h.part * v.part * float64(pixel[c])
					}
				}
			}
			for c := range sum {
				out.Pix[out.PixOffset(x, y)+c] = uint8(sum[c] + 0.5)
			}
		}
	}
	return out
}

// A span is a pixel, and its part of the pixel that is made from it and others.
type span struct {
	at   int
	part float64
}

// spans returns which of from pixels in a row each of to pixels is made of.
func spans(from, to int) [][]span {
	all := make([][]span, to)
	ratio := float64(from) / float64(to)
	for i := range all {
		start, end := float64(i)*ratio, float64(i+1)*ratio
		for at := int(start); at < from && float64(at) < end; at++ {
			part := min(end, float64(at+1)) - max(start, float64(at))
			all[i] = append(all[i], span{at, part / ratio})
		}
	}
	return all
}
