package main

import (
	"bytes"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"
)

func TestInitials(t *testing.T) {
	for name, want := range map[string]string{"greeter": "G", "my-notes": "MN", "a-b-c": "AB", "2048": "2"} {
		if got := initials(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for r := range strokes {
		if len(place(string(r))) == 0 {
			t.Errorf("%c has no strokes", r)
		}
	}
	if want := 26 + 10; len(strokes) != want {
		t.Errorf("%d letters and digits, want %d", len(strokes), want)
	}
}

func TestInitialsIcon(t *testing.T) {
	icon, err := png.Decode(bytes.NewReader(initialsIcon("ledger")))
	if err != nil {
		t.Fatal(err)
	}
	white := color.NRGBA{255, 255, 255, 255}
	const stem, foot, hole = 28, 78, 46 // of the L, and what it leaves free
	for _, p := range []struct {
		x, y int
		ink  bool
	}{{stem, 48, true}, {60, foot, true}, {hole, 48, false}, {5, 48, false}} {
		if got := icon.At(p.x, p.y); (got == white) != p.ink {
			t.Errorf("at %d, %d it is %v", p.x, p.y, got)
		}
	}
	if _, _, _, alpha := icon.At(0, 0).RGBA(); alpha != 0 {
		t.Error("the corner is not transparent")
	}
	if bytes.Equal(initialsIcon("ledger"), initialsIcon("library")) {
		t.Error("tools with the same initials look the same")
	}
}

func TestInitialsIcon_starter(t *testing.T) {
	is, err := os.ReadFile(filepath.Join("new", "icon.png"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(is, initialsIcon("greeter")) {
		t.Error("new/icon.png is not what new draws for a greeter")
	}
}
