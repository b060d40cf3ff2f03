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

// A pixmap is a picture in the format of panels: four bytes for each pixel, which are
// opacity, red, green and blue. The colours are not multiplied by the opacity.
type pixmap struct {
	Width, Height int32
	Pixels        []byte
}

// pixmaps returns a PNG as a list of one pixmap. It returns nil if picture is not a PNG.
func pixmaps(picture []byte) []pixmap {
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		slog.Warn("tray: panels cannot show the icon; set Icon.PNG to a PNG", "err", err)
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

// A drawnIcon is the icon with a mark, as pixmaps and as a file.
type drawnIcon struct {
	picture []byte // the icon without a mark, a PNG
	path    string // the path of its file; may be empty

	pixmaps []pixmap
	file    string // the current file; may be empty
}

// markedSize is the size of icons with a mark, in pixels. Panels scale them.
const markedSize = 48

// draw draws the icon with m. It returns the old file, which must be removed after the panel
// was told about the new one, or "".
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

// close removes the current file if the icon has a mark.
func (d *drawnIcon) close() {
	if d.file != d.path {
		remove(d.file)
	}
}

// file returns the path of the file for the icon with m, given the path for the icon without
// a mark. Each m has its own file, because panels do not read a file twice.
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
		slog.Debug("tray: cannot remove an icon", "err", err)
	}
}

// iconFile writes picture to path, if path is not empty and the file has another content. It
// returns path, or "" if there is no file.
func iconFile(path string, picture []byte) string {
	if path == "" {
		return ""
	}
	if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, picture) {
		return path
	}
	if err := os.WriteFile(path, picture, 0o600); err != nil {
		slog.Warn("tray: cannot write the icon to a file; some panels show a placeholder", "err", err)
		return ""
	}
	return path
}
