package drawing

import (
	"bytes"
	"go/format"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/jackmordaunt/icns/v3"
	"github.com/tc-hib/winres"
)

const assets = "../../../../assets"

// TestPictures fails if the checked-in pictures differ from the drawings.
func TestPictures(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		t.Skip("not for other processors than amd64, which the pictures are made on: fused multiply-add may round a pixel differently")
	}
	want, err := Icons(assets)
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
	found, err := os.ReadDir(filepath.Join(assets, "icon"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		if want["icon/"+f.Name()] == nil {
			t.Errorf("nothing draws %s: remove it", f.Name())
		}
	}
}

// folder returns a new folder with these files, and a program.
func folder(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

const square = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="4" height="8" fill="currentColor"/></svg>`

func TestSource(t *testing.T) {
	files := map[string]string{"main.go": "package main\n", "icon.svg": square}
	dir := folder(t, files)
	made, err := Icons(dir)
	if err != nil {
		t.Fatal(err)
	}
	text := string(made["icon.go"])
	if len(made) != 3 || made["icon/tray.png"] == nil || !strings.Contains(text, "\nvar icon = tray.Icon{PNG: iconPNG, LightICO: iconICO}\n") {
		t.Errorf("%d files, and icon.go is\n%s", len(made), text)
	}
	if formatted, err := format.Source(made["icon.go"]); err != nil || string(formatted) != text {
		t.Errorf("gofmt makes another icon.go, %v:\n%s", err, formatted)
	}
	files["icon.go"] = text
	for what, tt := range map[string]struct {
		change   map[string]string
		outdated bool
	}{
		"nothing":           {nil, false},
		"the drawing":       {map[string]string{"icon.svg": strings.Replace(square, "4", "5", 1)}, true},
		"a glyph":           {map[string]string{"glyph.svg": square}, true},
		"no generated file": {map[string]string{"icon.go": "package main\n", "icon.svg": square + " "}, false},
		"another main.go":   {map[string]string{"main.go": "package main\n\nfunc main() {}\n"}, false},
	} {
		changed := folder(t, files)
		for name, content := range tt.change {
			if err := os.WriteFile(filepath.Join(changed, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := Outdated(changed); got != tt.outdated || err != nil {
			t.Errorf("%s has changed: outdated %t, %v", what, got, err)
		}
	}

	files["glyph.svg"] = square
	if made, err = Icons(folder(t, files)); err != nil {
		t.Fatal(err)
	}
	if text := string(made["icon.go"]); len(made) != 6 || !strings.Contains(text, "Template: iconTemplate, LightICO: iconLightICO, DarkICO: iconDarkICO}") || !strings.Contains(text, ", and glyph.svg, sha256:") {
		t.Errorf("%d files, and icon.go is\n%s", len(made), text)
	}
}

// TestSource_own: an icon.go that the author has written is kept.
func TestSource_own(t *testing.T) {
	own := map[string]string{"icon.go": "package main\n\nvar icon []byte\n"}
	if old, err := Outdated(folder(t, own)); old || err != nil { // the author has the icon elsewhere
		t.Errorf("outdated: %t, %v", old, err)
	}
	own["icon.svg"] = square
	if _, err := Icons(folder(t, own)); err == nil || !strings.Contains(err.Error(), "icon.go is yours") {
		t.Errorf("got %v", err)
	}
}

// TestLineEnds: line ends of Git for Windows do not change the hash of a drawing.
func TestLineEnds(t *testing.T) {
	unix, windows := &Drawing{Path: "a", Content: []byte("x\ny\n")}, &Drawing{Path: "a", Content: []byte("x\r\ny\r\n")}
	if unix.sum() != windows.sum() {
		t.Error("it is another drawing with other line ends")
	}
}

func TestBadDrawings(t *testing.T) {
	var small, oblong bytes.Buffer
	for b, size := range map[*bytes.Buffer]image.Point{&small: {255, 255}, &oblong: {512, 300}} {
		if err := png.Encode(b, image.NewGray(image.Rectangle{Max: size})); err != nil {
			t.Fatal(err)
		}
	}
	for want, file := range map[string][2]string{
		"at least 256":                      {"icon.png", small.String()},
		"512 by 300":                        {"icon.png", oblong.String()},
		"not a PNG":                         {"icon.png", square},
		".jpg":                              {"icon.jpg", "x"},
		"line 2: <text cannot be drawn":     {"icon.svg", strings.Replace(square, ">", ">\n<text>T</text>", 1)},
		"line 1: filter:url( cannot be":     {"icon.svg", strings.Replace(square, "<rect", `<rect style="fill:red;filter:url(#f)"`, 1)},
		"line 3: ":                          {"icon.svg", "<svg>\n<metadata></metadata>\n</a>"},
		"viewBox has 8 by 9":                {"icon.svg", strings.Replace(square, "8 8", "8 9", 1)},
		"viewBox has 0 by 0":                {"icon.svg", "nothing"},
		"cannot process svg element banner": {"icon.svg", strings.Replace(square, "<rect", "<banner/><rect", 1)},
	} {
		dir := folder(t, map[string]string{file[0]: file[1]})
		path := filepath.Join(dir, file[0])
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("%v, want it to say %q", err, want)
		}
	}
	if _, err := Find(t.TempDir()); err == nil || !strings.Contains(err.Error(), "there is no icon.svg") {
		t.Error(err)
	}
}

// TestInkscape: the notes that Inkscape adds to a drawing are ignored.
func TestInkscape(t *testing.T) {
	text := strings.Replace(square, "<rect", `<sodipodi:namedview id="n"><inkscape:page x="0"/></sodipodi:namedview><metadata><rdf:RDF/></metadata><sodipodi:namedview/><rect`, 1)
	plain, err := Find(folder(t, map[string]string{"icon.svg": square}))
	if err != nil {
		t.Fatal(err)
	}
	inkscape, err := Find(folder(t, map[string]string{"icon.svg": text}))
	if err != nil {
		t.Fatal(err)
	}
	want, err := plain.ICO()
	if err != nil {
		t.Fatal(err)
	}
	if got, err := inkscape.ICO(); err != nil || !bytes.Equal(got, want) {
		t.Errorf("it is another picture: %v", err)
	}
}

// TestBitmap draws from a PNG that is red on the left and clear on the right. It is never
// made larger.
func TestBitmap(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 300, 300))
	for i := range 300 * 150 {
		img.SetNRGBA(i%150, i/150, color.NRGBA{R: 255, A: 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	d, err := Find(folder(t, map[string]string{"icon.png": b.String()}))
	if err != nil {
		t.Fatal(err)
	}
	pngs, err := d.PNGs(16, 256, 512)
	if err != nil || len(pngs) != 2 {
		t.Fatalf("%d PNGs, %v; want two", len(pngs), err)
	}
	scaled, err := png.Decode(bytes.NewReader(pngs[16]))
	if err != nil {
		t.Fatal(err)
	}
	for x, want := range map[int]color.NRGBA{2: {R: 255, A: 255}, 13: {}} {
		if got := color.NRGBAModel.Convert(scaled.At(x, 8)); got != want {
			t.Errorf("the point %d has %v, want %v", x, got, want)
		}
	}
	content, err := d.ICNS()
	if err != nil {
		t.Fatal(err)
	}
	pictures, err := icns.DecodeAll(bytes.NewReader(content))
	if err != nil || len(pictures) != 5 {
		t.Errorf("%d pictures in the .icns, %v; want 32 to 256 pixels", len(pictures), err)
	}
	ico, err := d.ICO()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := winres.LoadICO(bytes.NewReader(ico)); err != nil {
		t.Error(err)
	}
}
