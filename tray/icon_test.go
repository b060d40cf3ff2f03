package tray

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
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
		if got := tt.icon.windows(tt.light); !bytes.Equal(got, tt.want) {
			t.Errorf("%s: got %d bytes %.20q, want %d bytes %.20q", name, len(got), got, len(tt.want), tt.want)
		}
	}
}

// TestICO reads the file the way Windows does: a header of 6 bytes, then where
// the picture is and how large.
func TestICO(t *testing.T) {
	for _, size := range []int{16, 48, 256} {
		want := picture(t, size)
		file := ico(want)
		if kind, count := binary.LittleEndian.Uint16(file[2:]), binary.LittleEndian.Uint16(file[4:]); kind != 1 || count != 1 {
			t.Errorf("%d: kind %d with %d pictures, want kind 1 with 1", size, kind, count)
		}
		if got := int(file[6]); got != size%256 {
			t.Errorf("%d: width %d, want %d", size, got, size%256)
		}
		length, from := binary.LittleEndian.Uint32(file[14:]), binary.LittleEndian.Uint32(file[18:])
		if got := file[from : from+length]; !bytes.Equal(got, want) {
			t.Errorf("%d: the picture is not where the file says", size)
		}
	}
}

// TestStraight does what the library does with a picture, and wants the
// colours that the picture had.
func TestStraight(t *testing.T) {
	in := image.NewNRGBA(image.Rect(0, 0, 256, 256))
	for opacity := range 256 {
		for value := range 256 {
			in.SetNRGBA(value, opacity, color.NRGBA{uint8(value), uint8(255 - value), uint8(value / 2), uint8(opacity)})
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, in); err != nil {
		t.Fatal(err)
	}
	out, _, err := image.Decode(bytes.NewReader(straight(b.Bytes())))
	if err != nil {
		t.Fatal(err)
	}
	for y := range 256 {
		for x := range 256 {
			want := in.NRGBAAt(x, y)
			if want.A == 0 {
				want = color.NRGBA{}
			}
			r, g, b, a := out.At(x, y).RGBA()
			if got := (color.NRGBA{byte(r), byte(g), byte(b), byte(a)}); got != want {
				t.Fatalf("the library makes %v of %v", got, want)
			}
			// It must still look the same to whoever reads it properly: one
			// step of the low byte is 256 of 65535 times the opacity.
			if premultiplied := uint32(want.R) * uint32(want.A) * 0x101 / 0xff; max(r, premultiplied)-min(r, premultiplied) > 0x100 {
				t.Fatalf("%v became as bright as %#x, want %#x", want, r, premultiplied)
			}
		}
	}
}

func TestStraightLeavesWhatIsNoPNG(t *testing.T) {
	if got := straight([]byte("GIF89a")); string(got) != "GIF89a" {
		t.Errorf("became %q", got)
	}
	if got := straight(nil); got != nil {
		t.Errorf("nothing became %q", got)
	}
}
