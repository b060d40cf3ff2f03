//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
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
		t.Error("the colours of the pixmap differ from those of the picture")
	}
}

func TestPixmap_badPNG(t *testing.T) {
	for _, picture := range []string{"GIF89a", ""} {
		if got := pixmaps([]byte(picture)); got != nil {
			t.Errorf("%q became %v", picture, got)
		}
	}
}

func TestIconFile(t *testing.T) {
	if got := iconFile("", []byte("picture")); got != "" {
		t.Errorf("without a path: %q", got)
	}
	if got := iconFile(filepath.Join(t.TempDir(), "missing", "icon.png"), nil); got != "" {
		t.Errorf("in a folder that does not exist: %q", got)
	}
	path := filepath.Join(t.TempDir(), "icon.png")
	for _, picture := range []string{"first", "second", "second"} {
		if got := iconFile(path, []byte(picture)); got != path {
			t.Errorf("got %q, want %q", got, path)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != picture {
			t.Errorf("the file has %q, %v; want %q", got, err, picture)
		}
	}
}
