package calendar

import (
	"bytes"
	"encoding/binary"
	"image/png"
	"net/http"
	"strings"
	"testing"
)

func TestAssets(t *testing.T) {
	base := serve(t, new(Calendar)) + "/"
	for _, test := range []struct{ url, name, contentType string }{
		{style.url(), "style.css", "text/css; charset=utf-8"},
		{icon.url(), "favicon.ico", "image/vnd.microsoft.icon"},
		{drawing.url(), "favicon.svg", "image/svg+xml"},
	} {
		want, err := web.ReadFile("web/" + test.name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(test.url, test.name+"?v=") {
			t.Errorf("%s has the address %s", test.name, test.url)
		}
		for url, caching := range map[string]string{
			test.url:               "max-age=31536000, immutable",
			test.name:              "no-cache",
			test.name + "?v=older": "no-cache",
		} {
			resp, body := request(t, http.MethodGet, base+url)
			if body != string(want) {
				t.Errorf("%s: %s, %d bytes, want %d", url, resp.Status, len(body), len(want))
			}
			if got := resp.Header.Get("Content-Type"); got != test.contentType {
				t.Errorf("%s: Content-Type is %q, want %q", url, got, test.contentType)
			}
			if got := resp.Header.Get("Cache-Control"); got != caching {
				t.Errorf("%s: Cache-Control is %q, want %q", url, got, caching)
			}

			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+url, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("If-None-Match", resp.Header.Get("ETag"))
			if resp, _ := do(t, r); resp.StatusCode != http.StatusNotModified {
				t.Errorf("%s, asked for again: %s, want 304", url, resp.Status)
			}
		}
	}
}

// The .ico holds the drawing in the sizes that the pages promise.
func TestIconSizes(t *testing.T) {
	ico := icon.content
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
