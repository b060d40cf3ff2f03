// Demo is a program with an icon in the tray and nothing else. It says on
// standard output what happens to it, and does what standard input asks for.
package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/dibbler-app/dibbler/assets"
	"github.com/dibbler-app/dibbler/tray"
)

func main() {
	check := flag.Bool("check", false, "say whether there is a tray, and end")
	quit := flag.Bool("quit", false, "call Quit before Run, while it starts, and after")
	name := flag.String("name", "Demo", "the `name` of the program")
	other := flag.Bool("other", false, "have an icon of another colour")
	flag.Parse()
	if *check {
		fmt.Println("check", tray.Check(context.Background()))
		return
	}

	d := newDemo(*name)
	if *other {
		d.tray.Icon = tray.Icon{PNG: recolor(assets.TrayPNG)}
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if *quit {
		go d.tray.Quit()
	}
	go d.obey(os.Stdin)
	fmt.Println("start")
	d.tray.Run(ctx)
	d.tray.Quit()
	d.tray.Update(func() tray.State { return tray.State{Address: "after the end"} })
	fmt.Println("end")
}

// demo is the program: its icon, the state that it shows, and the gate that
// holds up what "Slow" does.
type demo struct {
	tray  *tray.Tray
	state tray.State
	gate  chan struct{}
}

func newDemo(name string) *demo {
	d := &demo{gate: make(chan struct{})}
	say := func(text string) func() { return func() { fmt.Println(text) } }
	d.tray = &tray.Tray{
		Name: name,
		Icon: tray.Icon{
			PNG: assets.TrayPNG, Template: assets.TrayTemplate,
			LightICO: assets.TrayLightICO, DarkICO: assets.TrayDarkICO,
		},
		Menu: tray.Menu{
			Open:         say("open"),
			Page:         say("page"),
			ShowLog:      say("log"),
			StartAtLogin: func(on bool) { fmt.Println("login", on) },
			Shutdown:     say("shutdown"),
			QuitNow:      say("quit now"),
		},
		IconFile: filepath.Join(os.TempDir(), name+".png"),
		Ending:   say("ending"),
		Report:   func(err error) { fmt.Println("report", err) },
	}
	d.state = tray.State{
		Address: "127.0.0.1:8888",
		Tooltip: []string{"Tea & <cake>"},
		Items: []tray.Item{
			{Label: "Today", Do: say("today")},
			{Label: "Slow", Do: func() { <-d.gate; fmt.Println("slow") }},
			{Label: "Sow_seeds", Do: say("sow")},
			{Label: "Off"},
		},
	}
	d.tray.Update(func() tray.State { return d.state })
	return d
}

// recolor returns a PNG whose colours have red and blue exchanged.
func recolor(picture []byte) []byte {
	in, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		panic(err)
	}
	out := image.NewNRGBA(in.Bounds())
	draw.Draw(out, out.Rect, in, out.Rect.Min, draw.Src)
	for p := out.Pix; len(p) > 0; p = p[4:] {
		p[0], p[2] = p[2], p[0]
	}
	var b bytes.Buffer
	if err := png.Encode(&b, out); err != nil {
		panic(err)
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
		case "login":
			d.state.AtLogin = rest == "true"
		case "item":
			d.state.Items[0].Label = rest
		case "items":
			d.state.Items = items(rest)
		case "idle", "busy", "attention":
			d.state.Status = map[string]tray.Status{"busy": tray.Busy, "attention": tray.Attention}[order]
			d.state.Done = 0
			fmt.Sscan(rest, &d.state.Done)
		case "open-gate":
			close(d.gate)
		case "shown":
			fmt.Println("shown", d.tray.Shown())
		case "retry":
			os.Setenv("DBUS_SESSION_BUS_ADDRESS", rest)
			d.tray.Retry()
		case "quit":
			for range 3 {
				go d.tray.Quit()
			}
		}
		d.tray.Update(func() tray.State { return d.state })
	}
}

// items returns the lines of a menu that a person would see as text says, with a
// stroke between them: (grey), [ ] off, [x] on.
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
