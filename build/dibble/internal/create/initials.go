package create

import (
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"math"
	"strings"
	"unicode"
)

// strokes has the lines of letters and digits, on a grid of 4 by 6. A point is a digit
// for x and a digit for y, from the upper left corner.
var strokes = map[rune]string{
	'A': "06 20 46|14 34", 'B': "03 33 42 41 30 00 06 36 45 44 33", 'C': "41 30 10 01 05 16 36 45",
	'D': "00 06 26 44 42 20 00", 'E': "40 00 06 46|03 33", 'F': "40 00 06|03 33",
	'G': "41 30 10 01 05 16 36 45 43 23", 'H': "00 06|40 46|03 43", 'I': "10 30|20 26|16 36",
	'J': "40 45 36 16 05", 'K': "00 06|40 03 46", 'L': "00 06 46", 'M': "06 00 23 40 46",
	'N': "06 00 46 40", 'O': "10 30 41 45 36 16 05 01 10", 'P': "06 00 30 41 42 33 03",
	'Q': "10 30 41 45 36 16 05 01 10|34 46", 'R': "06 00 30 41 42 33 03|23 46",
	'S': "41 30 10 01 02 13 33 44 45 36 16 05", 'T': "00 40|20 26", 'U': "00 05 16 36 45 40",
	'V': "00 26 40", 'W': "00 16 23 36 40", 'X': "00 46|40 06", 'Y': "00 23 40|23 26", 'Z': "00 40 06 46",
	'0': "10 30 41 45 36 16 05 01 10|14 32", '1': "11 20 26|16 36", '2': "01 10 30 41 42 06 46",
	'3': "00 40 22 33 44 45 36 16 05", '4': "36 30 04 44", '5': "40 00 02 32 43 45 36 16 05",
	'6': "40 20 02 05 16 36 45 44 33 13 04", '7': "00 40 16", '8': "13 02 01 10 30 41 42 33 13 04 05 16 36 45 44 33",
	'9': "06 26 44 41 30 10 01 02 13 33 42",
}

const (
	side   = 96.0 // the side of a drawing, a multiple of the sizes of panels
	corner = 20.0 // the radius of its corners
)

type point struct{ x, y float64 }

// A drawing is the first icon of a tool: the initials of its name on a colour that
// depends on the name.
type drawing struct {
	back  color.NRGBA
	lines [][]point // the strokes of the letters
	width float64   // the width of the lines
}

// drawInitials draws the icon of a tool. word, of a-z, 0-9 and hyphens, is used if the
// name has other letters.
func drawInitials(name, word string) drawing {
	letters := initials(name)
	if letters == "" {
		letters = initials(word)
	}
	hash := fnv.New32a()
	hash.Write([]byte(word))
	d := drawing{back: hue(float64(hash.Sum32()%360) / 360)}
	unit, gap := 10.0, 1.6 // the unit of the grid, and the units between letters
	if len(letters) > 1 {
		unit = 7
	}
	d.width = unit * 1.1
	left := (side - unit*(float64(len(letters))*(4+gap)-gap)) / 2
	top := (side - unit*6) / 2
	for _, letter := range letters {
		for stroke := range strings.SplitSeq(strokes[letter], "|") {
			var line []point
			for _, p := range strings.Fields(stroke) {
				line = append(line, point{left + unit*float64(p[0]-'0'), top + unit*float64(p[1]-'0')})
			}
			d.lines = append(d.lines, line)
		}
		left += unit * (4 + gap)
	}
	return d
}

// initials returns the initials of the first two words of a name that have strokes.
func initials(name string) (letters string) {
	words := strings.FieldsFunc(plainLetters.Replace(strings.ToLower(name)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mn, r)
	})
	for _, word := range words[:min(2, len(words))] {
		letter := strings.ToUpper(word)[:1]
		if strokes[rune(letter[0])] == "" {
			return ""
		}
		letters += letter
	}
	return letters
}

// hue returns a colour that is dark enough for white letters.
func hue(h float64) color.NRGBA {
	channel := func(shift float64) uint8 {
		_, turn := math.Modf(h + shift)
		return uint8(40 + 110*min(max(math.Abs(turn*6-3)-1, 0), 1))
	}
	return color.NRGBA{channel(0), channel(2.0 / 3), channel(1.0 / 3), 255}
}

// svg returns the drawing as an SVG file.
func (d drawing) svg() []byte {
	var path strings.Builder
	for _, line := range d.lines {
		for i, p := range line {
			fmt.Fprintf(&path, "%c%.4g %.4g", "ML"[min(i, 1)], p.x, p.y)
		}
	}
	return fmt.Appendf(nil, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %g %[1]g">
<rect width="%[1]g" height="%[1]g" rx="%g" fill="#%02x%02x%02x"/>
<path d="%s" fill="none" stroke="#fff" stroke-width="%.4g" stroke-linecap="round" stroke-linejoin="round"/>
</svg>
`, side, corner, d.back.R, d.back.G, d.back.B, path.String(), d.width)
}

// picture returns the drawing as a square of size pixels.
func (d drawing) picture(size int) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, size, size))
	scale := side / float64(size) // the size of a pixel
	for y := range size {
		for x := range size {
			at := point{(float64(x) + .5) * scale, (float64(y) + .5) * scale}
			distance := math.Inf(1)
			for _, line := range d.lines {
				for i := range line[1:] {
					distance = min(distance, at.distance(line[i], line[i+1]))
				}
			}
			ink := covered(d.width/2-distance, scale) // the opacity of white over the colour
			mix := func(c uint8) uint8 { return uint8(float64(c)*(1-ink) + 255*ink) }
			img.SetNRGBA(x, y, color.NRGBA{mix(d.back.R), mix(d.back.G), mix(d.back.B), uint8(255 * covered(at.inside(), scale))})
		}
	}
	return img
}

// covered returns the covered fraction of a pixel of size scale whose centre is at this
// distance inside an edge.
func covered(inside, scale float64) float64 { return min(max(inside/scale+.5, 0), 1) }

// distance returns the distance of p from a line.
func (p point) distance(from, to point) float64 {
	dx, dy := to.x-from.x, to.y-from.y
	along := ((p.x-from.x)*dx + (p.y-from.y)*dy) / (dx*dx + dy*dy)
	along = min(max(along, 0), 1)
	return math.Hypot(p.x-from.x-along*dx, p.y-from.y-along*dy)
}

// inside returns the distance of p inside the drawing's edge, which has round corners.
func (p point) inside() float64 {
	const straight = side/2 - corner
	dx, dy := max(math.Abs(p.x-side/2)-straight, 0), max(math.Abs(p.y-side/2)-straight, 0)
	return corner - math.Hypot(dx, dy)
}
