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

// A mark is the ring or the dot on the icon. The zero mark is none.
type mark struct {
	status Status
	steps  int // the filled steps of the ring, up to ringSteps
}

// ringSteps limits how often the icon is drawn. In the smallest icons, a step is 2 pixels
// long.
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

// Colours that are visible on light and on dark panels. A macOS menu bar uses only their
// opacity.
var (
	ringColor  = color.RGBA{0x2b, 0x7d, 0xe9, 0xff}
	trackColor = color.RGBA{0x48, 0x48, 0x48, 0x90} // a grey, multiplied by its opacity
	dotColor   = color.RGBA{0xd9, 0x45, 0x0f, 0xff}
)

// pngs returns picture, a PNG, with m drawn on it in the given sizes. It returns nil if
// picture is not a PNG.
func (m mark) pngs(picture []byte, sizes ...int) (drawn [][]byte) {
	icon, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		slog.Debug("tray: cannot draw the status on the icon", "err", err)
		return nil
	}
	for _, size := range sizes {
		var b bytes.Buffer
		if err := png.Encode(&b, m.draw(icon, size)); err != nil {
			panic(err) // cannot happen: a buffer returns no error, and the size is valid
		}
		drawn = append(drawn, b.Bytes())
	}
	return drawn
}

// draw returns icon with m drawn on it, as a square of size pixels. A gap around the ring
// and the dot keeps them visible on an icon of the same colour.
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

// inside returns the part of a pixel that is inside a shape. depth is the distance from the
// middle of the pixel to the edge of the shape, in pixels.
func inside(depth float64) float64 { return max(0, min(1, depth+0.5)) }

// paint keeps a part of each pixel and covers a part with a colour. at returns both parts
// and the colour for the middle of a pixel.
func paint(p *image.RGBA, at func(x, y float64) (keep float64, c color.RGBA, cover float64)) {
	for i := 0; i < len(p.Pix); i += 4 {
		keep, c, cover := at(float64(i%p.Stride/4)+0.5, float64(i/p.Stride)+0.5)
		for j, v := range []uint8{c.R, c.G, c.B, c.A} {
			old := keep * float64(p.Pix[i+j]) * (1 - cover*float64(c.A)/0xff)
			p.Pix[i+j] = uint8(old + cover*float64(v) + 0.5)
		}
	}
}

// scale returns picture as a square of size pixels. Each pixel is the average of the pixels
// that it covers.
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

// A span is a pixel of a row of the original, and its part in a pixel of the scaled row.
type span struct {
	at   int
	part float64
}

// spans returns the spans of each pixel if a row of from pixels is scaled to to pixels.
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
