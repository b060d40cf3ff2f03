package tray_test

import (
	"image"
	"image/color"
)

// A shownMenu is a menu on the screen. The places of its lines are known, but not their texts.
type shownMenu struct {
	picture *image.RGBA
	bounds  image.Rectangle
	ground  color.RGBA
	lines   []image.Rectangle // from the top, without separators
}

// shown finds the menu that has appeared between two pictures.
func shown(before, now *image.RGBA) (m shownMenu, ok bool) {
	changed := func(x, y int) bool { return before.RGBAAt(x, y) != now.RGBAAt(x, y) }
	counts := make(map[color.RGBA]int)
	for y := range now.Rect.Dy() {
		for x := range now.Rect.Dx() {
			if changed(x, y) {
				counts[now.RGBAAt(x, y)]++
			}
		}
	}
	for c, n := range counts {
		if n > counts[m.ground] {
			m.ground = c
		}
	}
	m.picture = now
	m.bounds = solid(now.Rect, func(x, y int) bool { return changed(x, y) && now.RGBAAt(x, y) == m.ground })
	m.lines = m.findLines()
	return m, m.bounds.Dx() >= 80 && m.bounds.Dy() >= 100 && len(m.lines) > 2
}

// solid is the part of a rectangle with most of the pixels that is accepts: rows and columns with
// few of them are cut off at the edges.
func solid(within image.Rectangle, is func(x, y int) bool) image.Rectangle {
	columns, rows := make([]int, within.Dx()), make([]int, within.Dy())
	for y := range rows {
		for x := range columns {
			if is(x, y) {
				columns[x]++
				rows[y]++
			}
		}
	}
	edges := func(counts []int) (first, end int) {
		most := 0
		for _, n := range counts {
			most = max(most, n)
		}
		first = len(counts)
		for i, n := range counts {
			if n > 0 && n >= most/2 {
				first, end = min(first, i), i+1
			}
		}
		return first, end
	}
	x0, x1 := edges(columns)
	y0, y1 := edges(rows)
	if x1 == 0 {
		return image.Rectangle{}
	}
	return image.Rect(x0, y0, x1, y1)
}

// isInk reports whether a pixel belongs to a line rather than to the ground.
func (m shownMenu) isInk(x, y int) bool { return distance(m.picture.RGBAAt(x, y), m.ground) > 24 }

func (m shownMenu) findLines() (lines []image.Rectangle) {
	in := m.bounds.Inset(3)
	var line image.Rectangle
	for y := in.Min.Y; y <= in.Max.Y; y++ {
		inked := false
		for x := in.Min.X; x < in.Max.X && y < in.Max.Y; x++ {
			if m.isInk(x, y) {
				line = line.Union(image.Rect(x, y, x+1, y+1))
				inked = true
			}
		}
		if !inked {
			if line.Dy() >= 6 { // no separator
				lines = append(lines, line)
			}
			line = image.Rectangle{}
		}
	}
	return lines
}

// row is the part of the menu beside a line.
func (m shownMenu) row(line int) image.Rectangle {
	r := m.lines[line]
	r.Min.X, r.Max.X = m.bounds.Min.X+3, m.bounds.Max.X-3
	return r
}

// contrast is the distance of the letters of a line from the ground.
func (m shownMenu) contrast(line int) (most int) {
	r := m.lines[line]
	r.Min.X += 24 // past the check mark
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			most = max(most, distance(m.picture.RGBAAt(x, y), m.ground))
		}
	}
	return most
}

// differing counts the pixels of a rectangle that differ between pictures.
func differing(a, b *image.RGBA, within image.Rectangle) (n int) {
	for y := within.Min.Y; y < within.Max.Y; y++ {
		for x := within.Min.X; x < within.Max.X; x++ {
			if distance(a.RGBAAt(x, y), b.RGBAAt(x, y)) > 24 {
				n++
			}
		}
	}
	return n
}

// changedBeside is where pictures differ, except around an icon.
func changedBeside(before, now *image.RGBA, icon image.Point) (changed image.Rectangle) {
	around := image.Rect(-26, -26, 26, 26).Add(icon)
	for y := range now.Rect.Dy() {
		for x := range now.Rect.Dx() {
			if before.RGBAAt(x, y) != now.RGBAAt(x, y) && !image.Pt(x, y).In(around) {
				changed = changed.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return changed
}
