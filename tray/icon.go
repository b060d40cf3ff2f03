package tray

import (
	"bytes"
	"encoding/binary"
	"image/png"
)

// An Icon is an icon in the formats of the systems. Only PNG is required.
type Icon struct {
	// PNG is a square picture that is visible on light and on dark panels. Panels on Linux
	// scale it; 48 by 48 pixels is a good size.
	PNG []byte
	// Template is a PNG in black on a transparent background, for macOS. If empty, PNG is
	// used.
	Template []byte
	// LightICO and DarkICO are .ico files for a light and for a dark task bar, for Windows.
	// If one is empty, the other is used; if both are empty, PNG is used.
	LightICO, DarkICO []byte
}

// windows returns the .ico file for a light or a dark task bar with m drawn on it, or nil
// if there is no icon.
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
	// The library loads the size of large icons, 32 pixels or more with larger text, and
	// Windows scales the icon down.
	if drawn := m.pngs(picture, 32, 40, 48, 64); drawn != nil {
		return ico(drawn...)
	}
	return file
}

// An icoEntry is an entry of the directory of an .ico file, which follows the 6 bytes of the
// header.
type icoEntry struct {
	Width, Height            uint8 // 0 means 256
	Colors, Zero             uint8
	Planes, BitsPerPixel     uint16
	PictureSize, PictureFrom uint32
}

const (
	icoHeaderSize = 6
	icoEntrySize  = 16
)

// ico returns an .ico file with the given PNGs. It returns nil if one of them is not a PNG
// or is larger than 256 by 256 pixels, the limit of the format.
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

// largestPNG returns the largest PNG in an .ico file, or nil if there is none.
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
