package tray

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/png"
	"testing"
)

func picture(t *testing.T, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, size, size))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWindowsIcon(t *testing.T) {
	light, dark := []byte("light"), []byte("dark")
	small := picture(t, 48)
	for name, tt := range map[string]struct {
		icon  Icon
		light bool
		want  []byte
	}{
		"light":         {Icon{LightICO: light, DarkICO: dark}, true, light},
		"dark":          {Icon{LightICO: light, DarkICO: dark}, false, dark},
		"only dark":     {Icon{DarkICO: dark, PNG: small}, true, dark},
		"only light":    {Icon{LightICO: light, PNG: small}, false, light},
		"only PNG":      {Icon{PNG: small}, true, ico(small)},
		"nothing":       {Icon{}, true, nil},
		"PNG too large": {Icon{PNG: picture(t, 257)}, true, nil},
		"not a PNG":     {Icon{PNG: []byte("GIF89a")}, true, nil},
	} {
		if got := tt.icon.windows(tt.light, mark{}); !bytes.Equal(got, tt.want) {
			t.Errorf("%s: got %d bytes %.20q, want %d bytes %.20q", name, len(got), got, len(tt.want), tt.want)
		}
	}
}

// TestWindowsIcon_marked checks that the mark is drawn on the icon for the right task bar.
func TestWindowsIcon_marked(t *testing.T) {
	plain := picture(t, 48)
	bitmaps := ico(plain)
	copy(bitmaps[len(bitmaps)-len(plain):], "no PNG") // old programs write bitmaps into .ico files
	for name, icon := range map[string]Icon{
		"ico of PNGs":    {LightICO: ico(picture(t, 16), plain), PNG: []byte("not used")},
		"ico of bitmaps": {LightICO: bitmaps, PNG: plain},
		"damaged ico":    {LightICO: []byte{0, 0, 1, 0, 0xff, 0xff}, PNG: plain},
		"only PNG":       {PNG: plain},
	} {
		file := icon.windows(true, mark{Busy, 20})
		want := mark{Busy, 20}.pngs(plain, 32, 40, 48, 64)
		if !bytes.Equal(file, ico(want...)) {
			t.Errorf("%s: %.30q", name, file)
		}
		if got := largestPNG(file); !bytes.Equal(got, want[3]) {
			t.Errorf("%s: the largest picture is %.30q", name, got)
		}
	}
	if got := (Icon{LightICO: []byte("light")}).windows(true, mark{Busy, 20}); string(got) != "light" {
		t.Errorf("without a PNG: %.30q", got)
	}
}

func FuzzLargestPNG(f *testing.F) {
	f.Add([]byte{0, 0, 1, 0, 1, 0, 16, 16, 0, 0, 1, 0, 32, 0, 0xff, 0xff, 0xff, 0xff, 22, 0, 0, 0})
	f.Add([]byte{0, 0, 1, 0, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, file []byte) { largestPNG(file) })
}

// TestICO reads the file like Windows: a header of 6 bytes, then the position and size of each
// picture.
func TestICO(t *testing.T) {
	for _, size := range []int{16, 48, 256} {
		want := picture(t, size)
		file := ico(want, picture(t, 16))
		if kind, count := binary.LittleEndian.Uint16(file[2:]), binary.LittleEndian.Uint16(file[4:]); kind != 1 || count != 2 {
			t.Errorf("%d: kind %d with %d pictures, want kind 1 with 2", size, kind, count)
		}
		if got := int(file[6]); got != size%256 {
			t.Errorf("%d: width %d, want %d", size, got, size%256)
		}
		length, from := binary.LittleEndian.Uint32(file[14:]), binary.LittleEndian.Uint32(file[18:])
		if got := file[from : from+length]; !bytes.Equal(got, want) {
			t.Errorf("%d: the picture is not at its position", size)
		}
	}
}
