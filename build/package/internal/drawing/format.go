package drawing

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/png"

	"github.com/tc-hib/winres"
)

// IsSVG reports whether d is an SVG, and not a bitmap.
func (d *Drawing) IsSVG() bool { return d.bitmap == nil }

// PNGs returns the picture as a PNG file in each of these sizes, in pixels, except those that
// are larger than the drawing itself.
func (d *Drawing) PNGs(sizes ...int) (map[int][]byte, error) {
	files := make(map[int][]byte)
	for _, size := range d.sharp(sizes) {
		var err error
		if files[size], err = d.png(size, black); err != nil {
			return nil, err
		}
	}
	return files, nil
}

func (d *Drawing) png(size int, color string) ([]byte, error) {
	img, err := d.render(size, color)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	err = encoder.Encode(&b, img)
	return b.Bytes(), err
}

// icoSizes are the sizes that Windows uses between 100 % and 250 % scaling, and the large ones
// that Explorer shows.
var icoSizes = []int{16, 20, 24, 32, 40, 48, 64, 128, 256}

// ICO returns the picture as an .ico file for Windows.
func (d *Drawing) ICO() ([]byte, error) { return d.ico(black) }

func (d *Drawing) ico(color string) ([]byte, error) {
	var images []image.Image
	for _, size := range icoSizes {
		img, err := d.render(size, color)
		if err != nil {
			return nil, err
		}
		images = append(images, img)
	}
	icon, err := winres.NewIconFromImages(images)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = icon.SaveICO(&b)
	return b.Bytes(), err
}

// icnsTypes are the entries of an .icns file, and icnsSizes their pixels. Half of them
// are for displays with two pixels a point.
var (
	icnsTypes = []string{"ic11", "ic12", "ic07", "ic13", "ic08", "ic14", "ic09", "ic10"}
	icnsSizes = []int{32, 64, 128, 256, 256, 512, 512, 1024}
)

// ICNS returns the picture as an .icns file for macOS: a header and PNG files, each with
// its type and its length.
func (d *Drawing) ICNS() ([]byte, error) {
	pngs, err := d.PNGs(icnsSizes...)
	if err != nil {
		return nil, err
	}
	var entries []byte
	for i, size := range icnsSizes {
		if content := pngs[size]; content != nil {
			entries = append(entries, icnsEntry(icnsTypes[i], content)...)
		}
	}
	return icnsEntry("icns", entries), nil
}

func icnsEntry(kind string, content []byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte(kind), uint32(8+len(content))), content...)
}
