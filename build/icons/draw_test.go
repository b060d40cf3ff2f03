package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestPictures fails when a drawing or the renderer has changed and
// the checked-in pictures have not.
func TestPictures(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("not for other processors than amd64, which the pictures are made on: fused multiply-add may round a pixel differently")
	}
	want, err := draw(assets)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range want {
		got, err := os.ReadFile(filepath.Join(assets, name))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, content) {
			t.Errorf("%s is out of date: run go run ./build icons", name)
		}
	}
	for _, pattern := range []string{"icon/*.png", "tray/*.png", "*/*.ico"} {
		found, err := filepath.Glob(filepath.Join(assets, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range found {
			name, _ := filepath.Rel(assets, path)
			if want[filepath.ToSlash(name)] == nil {
				t.Errorf("%s is drawn by nothing: remove it", name)
			}
		}
	}
}

func TestWrite_reproducible(t *testing.T) {
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(assets)); err != nil {
		t.Fatal(err)
	}
	first, err := draw(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := write(dir); err != nil {
		t.Fatal(err)
	}
	for name, content := range first {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(got, content) {
			t.Errorf("%s differs when it is drawn twice", name)
		}
	}
}

func TestDraw_badDrawing(t *testing.T) {
	if _, err := drawing("<svg").render("", 16); err == nil {
		t.Error("an unfinished SVG was drawn")
	}
}
