package create

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image/color"
	"image/png"
	"testing"
)

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{"Greeter": "G", "My notes": "MN", "a-b-c": "AB", "2048": "2", "Öl": "O", "日本": "", "¡Hola!": "H"} {
		if got := initials(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if want := 26 + 10; len(strokes) != want {
		t.Errorf("%d letters and digits, want %d", len(strokes), want)
	}
}

func TestDrawing(t *testing.T) {
	const size, stem, foot, hole = 48, 14, 39, 23 // points on the L, and beside it
	picture := drawInitials("Ledger", "ledger").picture(size)
	white := color.NRGBA{255, 255, 255, 255}
	for _, p := range []struct {
		x, y int
		ink  bool
	}{{stem, 24, true}, {30, foot, true}, {hole, 24, false}, {2, 24, false}} {
		if got := picture.At(p.x, p.y); (got == white) != p.ink {
			t.Errorf("the colour at %d, %d is %v", p.x, p.y, got)
		}
	}
	if _, _, _, alpha := picture.At(0, 0).RGBA(); alpha != 0 {
		t.Error("the corner is not transparent")
	}
	if drawInitials("Ledger", "ledger").back == drawInitials("Ledger", "library").back {
		t.Error("tools with the same initials look the same")
	}
	if len(drawInitials("日本", "nihon").lines) == 0 {
		t.Error("a name in other letters has no icon")
	}
}

func TestDrawing_ico(t *testing.T) {
	file, err := drawInitials("Tea Timer", "tea-timer").ico(icoSizes)
	if err != nil {
		t.Fatal(err)
	}
	if n := binary.LittleEndian.Uint16(file[4:]); int(n) != len(icoSizes) {
		t.Fatalf("%d pictures, want %d", n, len(icoSizes))
	}
	for i, size := range icoSizes {
		entry := file[6+16*i:]
		length, from := binary.LittleEndian.Uint32(entry[8:]), binary.LittleEndian.Uint32(entry[12:])
		picture, err := png.DecodeConfig(bytes.NewReader(file[from : from+length]))
		if err != nil || picture.Width != size || entry[0] != byte(size) {
			t.Errorf("picture %d is %d pixels wide, want %d; %v", i, picture.Width, size, err)
		}
	}
}

func TestAddIcon(t *testing.T) {
	files := map[string][]byte{}
	if err := addIcon(files, "Tea Timer", "tea-timer"); err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(files["icon.svg"], []byte("<path d=\"M")) {
		t.Errorf("icon.svg has no path:\n%s", files["icon.svg"])
	}
	for _, name := range []string{"icon/tray.png", "icon/icon.ico"} {
		if directive := fmt.Sprintf("//go:embed %s\n", name); files[name] == nil || !bytes.Contains(files["icon.go"], []byte(directive)) {
			t.Errorf("icon.go does not embed %s", name)
		}
	}
}
