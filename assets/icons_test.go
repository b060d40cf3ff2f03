package assets

import (
	"bytes"
	"encoding/binary"
	"image/png"
	"slices"
	"testing"
)

func TestPNGSizes(t *testing.T) {
	for name, tt := range map[string]struct {
		data []byte
		size int
	}{
		"TrayPNG":      {TrayPNG, 48},
		"TrayTemplate": {TrayTemplate, 32},
	} {
		c, err := png.DecodeConfig(bytes.NewReader(tt.data))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if c.Width != tt.size || c.Height != tt.size {
			t.Errorf("%s is %d by %d pixels, want %d by %d", name, c.Width, c.Height, tt.size, tt.size)
		}
	}
}

func TestICOSizes(t *testing.T) {
	want := []int{16, 20, 24, 32, 40, 48, 64, 128, 256}
	for name, data := range map[string][]byte{
		"IconICO": IconICO, "TrayLightICO": TrayLightICO, "TrayDarkICO": TrayDarkICO,
	} {
		got := icoSizes(data)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s has sizes %v, want %v", name, got, want)
		}
	}
}

// icoSizes reads the directory of an .ico file: a header of 6 bytes, then 16 bytes for each
// picture. The first of these is the width; 0 means 256.
func icoSizes(ico []byte) (sizes []int) {
	for i := range int(binary.LittleEndian.Uint16(ico[4:])) {
		size := int(ico[6+16*i])
		if size == 0 {
			size = 256
		}
		sizes = append(sizes, size)
	}
	return sizes
}
