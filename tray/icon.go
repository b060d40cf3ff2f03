package tray

import (
	"bytes"
	"encoding/binary"
	"image/png"
)

// An Icon is one drawing in the formats of the systems. PNG alone is enough.
type Icon struct {
	// PNG is a square picture that is visible on light and on dark panels.
	// Panels on Linux scale it; 48 pixels are a good size.
	PNG []byte
	// Template, for macOS, is a PNG in black on a transparent background.
	Template []byte
	// LightICO and DarkICO, for Windows, are .ico files for a light and for a
	// dark task bar. If one of them is empty, the other or PNG is used.
	LightICO, DarkICO []byte
}

// windows returns the .ico file for a light or a dark task bar, or nil if there
// is none.
func (i Icon) windows(light bool) []byte {
	first, second := i.DarkICO, i.LightICO
	if light {
		first, second = second, first
	}
	switch {
	case len(first) > 0:
		return first
	case len(second) > 0:
		return second
	default:
		return ico(i.PNG)
	}
}

// ico returns an .ico file that holds the given PNG. It returns nil if the
// picture is no PNG or larger than 256 by 256 pixels, the limit of the format.
func ico(picture []byte) []byte {
	c, err := png.DecodeConfig(bytes.NewReader(picture))
	if err != nil || c.Width > 256 || c.Height > 256 {
		return nil
	}
	var b bytes.Buffer
	file := struct {
		Reserved, Type, Count    uint16
		Width, Height            uint8 // 0 is 256
		Colors, Zero             uint8
		Planes, BitsPerPixel     uint16
		PictureSize, PictureFrom uint32
	}{
		Type: 1, Count: 1,
		Width: uint8(c.Width), Height: uint8(c.Height),
		Planes: 1, BitsPerPixel: 32,
		PictureSize: uint32(len(picture)),
	}
	file.PictureFrom = uint32(binary.Size(file))
	binary.Write(&b, binary.LittleEndian, file)
	b.Write(picture)
	return b.Bytes()
}
