package calendar

import (
	"bytes"
	"encoding/binary"
	"image/png"
	"testing"
)

func TestIcons(t *testing.T) {
	p := start(t, new(Calendar))
	for name, contentType := range map[string]string{
		"favicon.ico": "image/vnd.microsoft.icon",
		"favicon.svg": "image/svg+xml",
	} {
		want, err := web.ReadFile("web/" + name)
		if err != nil {
			t.Fatal(err)
		}
		icon := p.Get("/" + name)
		if got := icon.Header.Get("Content-Type"); icon.HTML != string(want) || got != contentType {
			t.Errorf("%s: %d, %d bytes of %s, want %d of %s", name, icon.Status, len(icon.HTML), got, len(want), contentType)
		}
	}
}

// The .ico file has the icon in the sizes that the pages name.
func TestIconSizes(t *testing.T) {
	ico, err := web.ReadFile("web/favicon.ico")
	if err != nil {
		t.Fatal(err)
	}
	var header struct{ Reserved, Type, Count uint16 }
	if _, err := binary.Decode(ico, binary.LittleEndian, &header); err != nil || header.Type != 1 || header.Count != 3 {
		t.Fatalf("header is %+v, %v; want three icons", header, err)
	}
	for i, want := range []int{16, 32, 48} {
		var entry struct {
			Width, Height, Colors, Reserved uint8
			Planes, Bits                    uint16
			Size, Offset                    uint32
		}
		if _, err := binary.Decode(ico[6+16*i:], binary.LittleEndian, &entry); err != nil {
			t.Fatal(err)
		}
		picture, err := png.Decode(bytes.NewReader(ico[entry.Offset : entry.Offset+entry.Size]))
		if err != nil {
			t.Fatalf("icon of %d pixels: %v", want, err)
		}
		if size := picture.Bounds().Size(); size.X != want || size.Y != want || int(entry.Width) != want {
			t.Errorf("icon %d is %v, announced as %d; want %d", i, size, entry.Width, want)
		}
		if _, _, _, alpha := picture.At(0, 0).RGBA(); alpha != 0 {
			t.Errorf("icon of %d pixels has a corner that is not transparent", want)
		}
	}
}
