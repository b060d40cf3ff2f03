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

// windows returns the .ico file for a light or a dark task bar with m on it, or nil
// if there is none.
func (i Icon) windows(light bool, m mark) []byte {
	first, second := i.DarkICO, i.LightICO
	if light {
		first, second = second, first
	}
	file := first
	if len(file) == 0 {
		file = second
	}
	if len(file) == 0 {
		file = ico(i.PNG)
	}
	if m == (mark{}) {
		return file
	}
	picture := largestPNG(file)
	if picture == nil {
		picture = i.PNG
	}
	// The library loads the size that Windows uses for large icons, 32 pixels and
	// with larger text more, and Windows scales it down.
	if drawn := m.pngs(picture, 32, 40, 48, 64); drawn != nil {
		return ico(drawn...)
	}
	return file
}

// An icoEntry says where a picture is in an .ico file, after the 6 bytes of a header.
type icoEntry struct {
	Width, Height            uint8 // 0 is 256
	Colors, Zero             uint8
	Planes, BitsPerPixel     uint16
	PictureSize, PictureFrom uint32
}

const (
	icoHeaderSize = 6
	icoEntrySize  = 16
)

// ico returns an .ico file that holds the given PNGs. It returns nil if one is no PNG
// or larger than 256 by 256 pixels, the limit of the format.
func ico(pictures ...[]byte) []byte {
	var entries []icoEntry
	from := icoHeaderSize + icoEntrySize*len(pictures)
	for _, picture := range pictures {
		c, err := png.DecodeConfig(bytes.NewReader(picture))
		if err != nil || c.Width > 256 || c.Height > 256 {
			return nil
		}
		entries = append(entries, icoEntry{
			Width: uint8(c.Width), Height: uint8(c.Height),
			Planes: 1, BitsPerPixel: 32,
			PictureSize: uint32(len(picture)), PictureFrom: uint32(from),
		})
		from += len(picture)
	}
	var b bytes.Buffer
	binary.Write(&b, binary.LittleEndian, [...]uint16{0, 1, uint16(len(entries))})
	binary.Write(&b, binary.LittleEndian, entries)
	for _, picture := range pictures {
		b.Write(picture)
	}
	return b.Bytes()
}

// largestPNG returns the largest picture of an .ico file that is a PNG, or nil.
func largestPNG(file []byte) (largest []byte) {
	var header [icoHeaderSize / 2]uint16
	if _, err := binary.Decode(file, binary.LittleEndian, &header); err != nil {
		return nil
	}
	entries := make([]icoEntry, header[2])
	if _, err := binary.Decode(file[icoHeaderSize:], binary.LittleEndian, entries); err != nil {
		return nil
	}
	width := 0
	for _, e := range entries {
		end := uint64(e.PictureFrom) + uint64(e.PictureSize)
		if end > uint64(len(file)) {
			continue
		}
		picture := file[e.PictureFrom:end]
		if c, err := png.DecodeConfig(bytes.NewReader(picture)); err == nil && c.Width > width {
			width, largest = c.Width, picture
		}
	}
	return largest
}
