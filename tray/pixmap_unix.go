//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"bytes"
	"fmt"
	"image/color"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// A pixmap is a picture in the format of panels: four bytes a pixel, which are
// opacity, red, green and blue. The colours are not multiplied by the opacity.
type pixmap struct {
	Width, Height int32
	Pixels        []byte
}

// pixmaps returns the given PNG as the icon's only pixmap, and none if it is no
// PNG.
func pixmaps(picture []byte) []pixmap {
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		slog.Warn("tray: there is no icon that panels can show; set Icon.PNG to a PNG", "err", err)
		return nil
	}
	b := img.Bounds()
	pixels := make([]byte, 0, 4*b.Dx()*b.Dy())
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			pixels = append(pixels, c.A, c.R, c.G, c.B)
		}
	}
	return []pixmap{{int32(b.Dx()), int32(b.Dy()), pixels}}
}

// A drawnIcon is the icon with a mark, in the forms that panels want.
type drawnIcon struct {
	picture []byte // the icon alone, a PNG
	path    string // of its file, or empty

	pixmaps []pixmap
	file    string // or empty
}

// markedSize is the size of icons with a mark, in pixels. Panels scale them.
const markedSize = 48

// draw draws the icon with m, and returns the file of the icon before, which has to
// be removed after the panel has been told of the new one.
func (d *drawnIcon) draw(m mark) (old string) {
	picture, path := d.picture, d.path
	if m != (mark{}) {
		if drawn := m.pngs(picture, markedSize); drawn != nil {
			picture = drawn[0]
			path = m.file(path)
		}
	}
	old = d.file
	d.pixmaps, d.file = pixmaps(picture), iconFile(path, picture)
	if old == d.path || old == d.file {
		old = ""
	}
	return old
}

// close removes the file that is only for a mark.
func (d *drawnIcon) close() {
	if d.file != d.path {
		remove(d.file)
	}
}

// file returns the path of a file for the icon with m, beside that for the icon alone.
// It differs for each m, because panels do not read a file twice.
func (m mark) file(path string) string {
	if path == "" {
		return ""
	}
	ext := filepath.Ext(path)
	return fmt.Sprintf("%s-%d-%d%s", strings.TrimSuffix(path, ext), m.status, m.steps, ext)
}

func remove(path string) {
	if path == "" {
		return
	}
	if err := os.Remove(path); err != nil {
		slog.Debug("tray: an icon is left over", "err", err)
	}
}

// iconFile makes path, if not empty, a file that holds picture. It returns path,
// or "" if there is no such file.
func iconFile(path string, picture []byte) string {
	if path == "" {
		return ""
	}
	if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, picture) {
		return path
	}
	if err := os.WriteFile(path, picture, 0o600); err != nil {
		slog.Warn("tray: panels that read icons from files show a placeholder", "err", err)
		return ""
	}
	return path
}
