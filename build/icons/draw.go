package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"github.com/fyne-io/oksvg"
	"github.com/srwiley/rasterx"
	"github.com/tc-hib/winres"
)

var (
	// appSizes are what desktops, launchers and packagers ask for, in pixels.
	appSizes = []int{16, 22, 24, 32, 48, 64, 128, 256, 512, 1024}
	// icoSizes are what Windows asks for between 100 % and 250 % scaling,
	// and the large size that Explorer shows.
	icoSizes = []int{16, 20, 24, 32, 40, 48, 64, 256}
)

// draw returns the content of every picture by its name below dir, which is
// where it reads the drawings.
func draw(dir string) (map[string][]byte, error) {
	app, err := readDrawing(filepath.Join(dir, "icon", "dibbler.svg"))
	if err != nil {
		return nil, err
	}
	glyph, err := readDrawing(filepath.Join(dir, "tray", "glyph.svg"))
	if err != nil {
		return nil, err
	}
	const black, white = "#000000", "#ffffff"
	p := pictures{}
	for _, size := range appSizes {
		p.png(fmt.Sprintf("icon/%d.png", size), app, "", size)
	}
	p.ico("icon/dibbler.ico", app, "")
	// 48 pixels halve and third exactly to the sizes of most Linux panels.
	p.png("tray/tray.png", app, "", 48)
	// macOS shows 16 points, which are 32 pixels on every Retina display.
	p.png("tray/template.png", glyph, black, 32)
	p.ico("tray/light.ico", glyph, black)
	p.ico("tray/dark.ico", glyph, white)
	return p.files, p.err
}

// A drawing is the text of an SVG file.
type drawing string

func readDrawing(name string) (drawing, error) {
	b, err := os.ReadFile(name)
	return drawing(b), err
}

// render draws d as a square of size pixels; color stands for currentColor.
func (d drawing) render(color string, size int) (image.Image, error) {
	icon, err := oksvg.ReadReplacingCurrentColor(strings.NewReader(string(d)), color, oksvg.StrictErrorMode)
	if err != nil {
		return nil, err
	}
	icon.SetTarget(0, 0, float64(size), float64(size))
	img := image.NewRGBA(image.Rect(0, 0, size, size))
	scanner := rasterx.NewScannerGV(size, size, img, img.Bounds())
	icon.Draw(rasterx.NewDasher(size, size, scanner), 1)
	return img, nil
}

// pictures collects files until the first error.
type pictures struct {
	files map[string][]byte
	err   error
}

func (p *pictures) add(name string, encode func(*bytes.Buffer) error) {
	if p.err != nil {
		return
	}
	var b bytes.Buffer
	if err := encode(&b); err != nil {
		p.err = fmt.Errorf("%s: %w", name, err)
		return
	}
	if p.files == nil {
		p.files = map[string][]byte{}
	}
	p.files[name] = b.Bytes()
}

func (p *pictures) png(name string, d drawing, color string, size int) {
	p.add(name, func(b *bytes.Buffer) error {
		img, err := d.render(color, size)
		if err != nil {
			return err
		}
		encoder := png.Encoder{CompressionLevel: png.BestCompression}
		return encoder.Encode(b, img)
	})
}

func (p *pictures) ico(name string, d drawing, color string) {
	p.add(name, func(b *bytes.Buffer) error {
		var images []image.Image
		for _, size := range icoSizes {
			img, err := d.render(color, size)
			if err != nil {
				return err
			}
			images = append(images, img)
		}
		icon, err := winres.NewIconFromImages(images)
		if err != nil {
			return err
		}
		return icon.SaveICO(b)
	})
}
