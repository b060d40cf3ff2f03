package main

import (
	"bytes"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"math"
	"strings"
)

// strokes are the lines that make up letters and digits, on a grid of 4 by 6. A point
// is a digit for x and a digit for y, from the upper left corner.
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

// iconSize is the width and height of [initialsIcon], in pixels: panels divide it
// evenly into theirs.
const iconSize = 96

// initialsIcon draws the icon of a tool until its author has drawn another one, as a
// PNG: the first letters of its name, on a colour that is the name's own.
func initialsIcon(name string) []byte {
	lines := place(initials(name))
	hash := fnv.New32a()
	hash.Write([]byte(name))
	back := hue(float64(hash.Sum32()%360) / 360)
	img := image.NewNRGBA(image.Rect(0, 0, iconSize, iconSize))
	for y := range iconSize {
		for x := range iconSize {
			at := point{float64(x) + 0.5, float64(y) + 0.5}
			ink := 0.0 // of white, over the colour
			for _, l := range lines {
				ink = max(ink, l.width/2-l.distance(at)+0.5)
			}
			ink = min(ink, 1)
			mix := func(c uint8) uint8 { return uint8(float64(c)*(1-ink) + 255*ink) }
			img.SetNRGBA(x, y, color.NRGBA{mix(back.R), mix(back.G), mix(back.B), cornerAlpha(at)})
		}
	}
	var b bytes.Buffer
	png.Encode(&b, img) // which fails when the buffer does: never
	return b.Bytes()
}

// initials are those of the first two words of a tool's name.
func initials(name string) (letters string) {
	words := strings.Split(name, "-")
	for _, word := range words[:min(2, len(words))] {
		letters += strings.ToUpper(word[:1])
	}
	return letters
}

type point struct{ x, y float64 }

// A line is one straight piece of a stroke.
type line struct {
	from, to point
	width    float64
}

// distance is that of p from the nearest point of the line.
func (l line) distance(p point) float64 {
	dx, dy := l.to.x-l.from.x, l.to.y-l.from.y
	along := ((p.x-l.from.x)*dx + (p.y-l.from.y)*dy) / (dx*dx + dy*dy)
	along = min(max(along, 0), 1)
	return math.Hypot(p.x-l.from.x-along*dx, p.y-l.from.y-along*dy)
}

// place sets one or two letters in the middle of the icon.
func place(letters string) (lines []line) {
	unit, gap := 10.0, 1.6 // pixels; units between letters
	if len(letters) > 1 {
		unit = 7
	}
	left := (iconSize - unit*(float64(len(letters))*(4+gap)-gap)) / 2
	top := (iconSize - unit*6) / 2
	for _, letter := range letters {
		for stroke := range strings.SplitSeq(strokes[letter], "|") {
			var points []point
			for _, p := range strings.Fields(stroke) {
				points = append(points, point{left + unit*float64(p[0]-'0'), top + unit*float64(p[1]-'0')})
			}
			for i := range points[1:] {
				lines = append(lines, line{points[i], points[i+1], unit * 1.1})
			}
		}
		left += unit * (4 + gap)
	}
	return lines
}

// hue returns a colour that is dark enough for white letters.
func hue(h float64) color.NRGBA {
	channel := func(shift float64) uint8 {
		_, turn := math.Modf(h + shift)
		return uint8(40 + 110*min(max(math.Abs(turn*6-3)-1, 0), 1))
	}
	return color.NRGBA{channel(0), channel(2.0 / 3), channel(1.0 / 3), 255}
}

// cornerAlpha rounds the icon's corners.
func cornerAlpha(p point) uint8 {
	const radius, inner = 20.0, iconSize/2 - 20.0
	dx, dy := max(math.Abs(p.x-iconSize/2)-inner, 0), max(math.Abs(p.y-iconSize/2)-inner, 0)
	return uint8(255 * min(max(radius-math.Hypot(dx, dy)+0.5, 0), 1))
}
