// Demo is a program with an icon in the tray and nothing else. It prints what happens to
// it, and obeys the lines of standard input.
package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"strings"

	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/tray"
)

func main() {
	check := flag.Bool("check", false, "print whether there is a tray, and exit")
	name := flag.String("name", "Demo", "the `name` of the program")
	square := flag.Bool("square", false, "show a square of another colour as the icon")
	flag.Parse()
	if *check {
		fmt.Println("check", tray.Check(context.Background()))
		return
	}
	d := newDemo(*name)
	if *square {
		d.tray.Icon = tray.Icon{PNG: drawSquare()}
	}
	go d.obey(os.Stdin)
	d.tray.Run(context.Background())
	fmt.Println("end")
}

type demo struct {
	tray  *tray.Tray
	state tray.State
}

func newDemo(name string) *demo {
	say := func(text string) func() { return func() { fmt.Println(text) } }
	d := &demo{
		tray: &tray.Tray{
			Name: name,
			Icon: tray.Icon{PNG: assets.TrayPNG},
			Menu: tray.Menu{
				Open:         say("open"),
				Page:         say("page"),
				ShowLog:      say("log"),
				StartAtLogin: func(on bool) { fmt.Println("login", on) },
				Shutdown:     say("shutdown"),
				QuitNow:      say("quit now"),
			},
			IconFile: filepath.Join(os.TempDir(), name+".png"),
			Report:   func(err error) { fmt.Println("report", err) },
		},
		state: tray.State{
			Address: "127.0.0.1:8888",
			Tooltip: []string{"Tea & <cake>"}, // some panels take it for markup
		},
	}
	d.tray.Update(func() tray.State { return d.state })
	return d
}

// drawSquare draws a PNG in lime, a colour that is not in the demo's other icon.
func drawSquare() []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	draw.Draw(img, img.Rect, image.NewUniform(color.NRGBA{76, 138, 31, 0xff}), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // never: the picture is in memory
	}
	return b.Bytes()
}

// obey reads one order a line.
func (d *demo) obey(input *os.File) {
	lines := bufio.NewScanner(input)
	for lines.Scan() {
		order, rest, _ := strings.Cut(lines.Text(), " ")
		switch order {
		case "address":
			d.state.Address = rest
		case "drain":
			d.state.Draining = true
			fmt.Sscan(rest, &d.state.Unfinished)
		case "items":
			d.state.Items = items(rest)
		case "idle", "busy", "attention":
			d.state.Status = map[string]tray.Status{"busy": tray.Busy, "attention": tray.Attention}[order]
			d.state.Done = 0
			fmt.Sscan(rest, &d.state.Done)
		case "quit":
			d.tray.Quit()
		}
		d.tray.Update(func() tray.State { return d.state })
	}
}

// items returns the lines of a menu, which text has as a person sees them, with | between
// them: (grey), [ ] off, [x] on.
func items(text string) (items []tray.Item) {
	for label := range strings.SplitSeq(text, "|") {
		if label == "" {
			continue
		}
		var item tray.Item
		label, grey := strings.CutPrefix(label, "(")
		label, off := strings.CutPrefix(strings.TrimSuffix(label, ")"), "[ ] ")
		item.Label, item.Checked = strings.CutPrefix(label, "[x] ")
		item.Checkable = off || item.Checked
		if !grey {
			item.Do = func() { fmt.Println("chosen", item.Label) }
		}
		items = append(items, item)
	}
	return items
}
