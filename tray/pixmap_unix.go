//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"bytes"
	"image/color"
	"image/png"
	"log/slog"
	"os"
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
