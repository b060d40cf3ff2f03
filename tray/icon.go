package tray

import (
	"bytes"
	"encoding/binary"
	"image/png"
)

// An Icon is one drawing in the forms that the systems take. PNG alone does.
type Icon struct {
	// PNG should be seen on light and on dark panels, and be square. Panels
	// of Linux scale it; 48 pixels are a good size.
	PNG []byte
	// Template, for macOS, is a PNG in black on nothing.
	Template []byte
	// LightICO and DarkICO, for Windows, are .ico files for a light and for a
	// dark task bar. Where one of them is missing, the other or PNG is used.
	LightICO, DarkICO []byte
}

// windows returns the .ico file for a light or a dark task bar, nil if there
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

// ico puts a PNG into an .ico file, in which a picture has at most 256 by 256
// pixels. It returns nil where that cannot be.
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
