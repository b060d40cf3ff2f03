// Package drawing draws the icons of a tool, in all sizes and formats, from one picture.
package drawing

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"
	"golang.org/x/image/draw"
)

// minPixels is the size that a bitmap needs: Explorer on Windows shows it.
const minPixels = 256

// A Drawing is a square picture that can be drawn in any size.
type Drawing struct {
	Path    string
	Content []byte      // of the file
	bitmap  image.Image // nil: an SVG
}

// Find opens icon.svg or else icon.png in a folder.
func Find(dir string) (*Drawing, error) {
	for _, name := range []string{"icon.svg", "icon.png"} {
		d, err := Open(filepath.Join(dir, name))
		if !errors.Is(err, os.ErrNotExist) {
			return d, err
		}
	}
	return nil, fmt.Errorf("there is no icon.svg in %s, and no icon.png: draw an icon.svg, or an icon.png of at least %d pixels square", dir, minPixels)
}

// Open reads a file whose name ends in .svg or .png.
func Open(path string) (*Drawing, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	d := &Drawing{Path: path, Content: content}
	switch ext := filepath.Ext(path); ext {
	case ".svg":
		err = d.checkSVG()
	case ".png":
		err = d.readPNG()
	default:
		err = fmt.Errorf("want a file whose name ends in .svg or .png, not in %q", ext)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return d, nil
}

func (d *Drawing) readPNG() (err error) {
	if d.bitmap, err = png.Decode(bytes.NewReader(d.Content)); err != nil {
		return err
	}
	if size := d.bitmap.Bounds().Size(); size.X != size.Y || size.X < minPixels {
		return fmt.Errorf("it has %d by %d pixels: want a square of at least %d", size.X, size.Y, minPixels)
	}
	return nil
}

// unsupported are parts of an SVG that the renderer leaves out or refuses.
var unsupported = regexp.MustCompile(`<(text|image|filter|mask|clipPath|pattern|symbol|marker|foreignObject|switch)\b|\b(clip-path|mask|filter)\s*[:=]\s*["']?\s*url\(`)

// notes are parts of an SVG that draw nothing, and that the renderer refuses. Inkscape writes
// them.
var notes = regexp.MustCompile(`(?s)<(metadata|sodipodi:namedview)\b([^>]*/>|.*?</(metadata|sodipodi:namedview)>)`)

func (d *Drawing) checkSVG() error {
	if at := unsupported.FindIndex(d.Content); at != nil {
		line := 1 + bytes.Count(d.Content[:at[0]], []byte("\n"))
		return fmt.Errorf("line %d: %s cannot be drawn: make it a path, or use a PNG of at least %d pixels square in place of the SVG",
			line, d.Content[at[0]:at[1]], minPixels)
	}
	_, err := d.parse(black)
	return err
}

// The colours for currentColor.
const black, white = "#000000", "#ffffff"

// parse reads an SVG; color stands for currentColor.
func (d *Drawing) parse(color string) (*oksvg.SvgIcon, error) {
	text := notes.ReplaceAllStringFunc(string(d.Content), func(note string) string {
		return strings.Repeat("\n", strings.Count(note, "\n")) // keeps the line numbers of errors
	})
	icon, err := oksvg.ReadReplacingCurrentColor(strings.NewReader(text), color, oksvg.StrictErrorMode)
	if err != nil {
		return nil, fmt.Errorf("this SVG cannot be drawn: save it as plain SVG, without text, styles and effects, or use a PNG of at least %d pixels square in its place: %w", minPixels, err)
	}
	if box := icon.ViewBox; box.W <= 0 || box.W != box.H {
		return nil, fmt.Errorf("its viewBox has %g by %g units: want a square", box.W, box.H)
	}
	return icon, nil
}

// sharp returns the sizes for which d has enough pixels.
func (d *Drawing) sharp(sizes []int) (sharp []int) {
	for _, size := range sizes {
		if d.bitmap == nil || size <= d.bitmap.Bounds().Dx() {
			sharp = append(sharp, size)
		}
	}
	return sharp
}

// render draws d as a square of size pixels; color stands for currentColor.
func (d *Drawing) render(size int, color string) (image.Image, error) {
	img := image.NewRGBA(image.Rect(0, 0, size, size))
	if d.bitmap != nil {
		draw.CatmullRom.Scale(img, img.Bounds(), d.bitmap, d.bitmap.Bounds(), draw.Src, nil)
		return img, nil
	}
	icon, err := d.parse(color)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.Path, err)
	}
	icon.SetTarget(0, 0, float64(size), float64(size))
	scanner := rasterx.NewScannerGV(size, size, img, img.Bounds())
	icon.Draw(rasterx.NewDasher(size, size, scanner), 1)
	return img, nil
}
