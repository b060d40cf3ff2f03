package tray

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
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

// straight returns a picture that looks like the given PNG and whose pixels the
// library sends to the panel as they are. It hands over the low byte of each
// 16-bit value multiplied by the opacity, which for a pixel that is not wholly
// opaque is any colour at all: coloured dots around the icon. With 16 bits a
// pixel there is room to choose values whose low byte comes out right.
func straight(picture []byte) []byte {
	img, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		return picture // it is the library that says so
	}
	out := image.NewNRGBA64(img.Bounds())
	for y := out.Rect.Min.Y; y < out.Rect.Max.Y; y++ {
		for x := out.Rect.Min.X; x < out.Rect.Max.X; x++ {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			out.SetNRGBA64(x, y, color.NRGBA64{
				R: widen(c.R, c.A), G: widen(c.G, c.A), B: widen(c.B, c.A), A: uint16(c.A) * 0x101,
			})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, out); err != nil {
		return picture // it cannot fail where the decoder did not
	}
	return b.Bytes()
}

// widen returns a 16-bit value of about the brightness c, such that the low
// byte is c after the value has been multiplied by opacity.
func widen(c, opacity uint8) uint16 {
	if opacity == 0 {
		return 0
	}
	a := uint32(opacity) * 0x101
	product := uint32(c)*0x101*a/0xffff&^0xff | uint32(c)
	if product > a {
		product -= 0x100
	}
	return uint16((product*0xffff + a - 1) / a)
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
