//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"
)

func TestPixmap(t *testing.T) {
	in := image.NewNRGBA(image.Rect(0, 0, 256, 255))
	var want []byte
	for opacity := 1; opacity < 256; opacity++ {
		for value := range 256 {
			c := color.NRGBA{uint8(value), uint8(255 - value), uint8(value / 2), uint8(opacity)}
			in.SetNRGBA(value, opacity-1, c)
			want = append(want, c.A, c.R, c.G, c.B)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, in); err != nil {
		t.Fatal(err)
	}
	got := pixmaps(b.Bytes())
	if len(got) != 1 || got[0].Width != 256 || got[0].Height != 255 {
		t.Fatalf("%d pixmaps", len(got))
	}
	if !bytes.Equal(got[0].Pixels, want) {
		t.Error("the pixmap has other colours than the picture")
	}
}

func TestPixmapOfNoPNG(t *testing.T) {
	for _, picture := range []string{"GIF89a", ""} {
		if got := pixmaps([]byte(picture)); got != nil {
			t.Errorf("%q became %v", picture, got)
		}
	}
}
