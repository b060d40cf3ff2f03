package windows_test

import (
	"fmt"
	"image/color"
	"io"
	"testing"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
	"github.com/dibbler-app/dibbler/build/e2e/tool"
)

// launchDemo starts the demo of package tray, and returns what it reads orders from.
func (c *computer) launchDemo() (*desktop.Process, io.Writer) {
	c.t.Helper()
	p, orders := tool.Spawn(c.t, c.Desktop, c.Command("wine", demoProgram))
	p.Line("report <nil>")
	return p, orders
}

// TestMarks: the icon has a ring that fills up while the program works, and a dot
// when it needs attention.
func TestMarks(t *testing.T) {
	c := start(t)
	c.startTaskbar()
	p, orders := c.launchDemo()
	c.awaitIcon()
	const blue, orange = 0, 1
	pixels := func() (counts [2]int) {
		picture, icon := c.Picture(), c.icon()
		for y := icon.Min.Y; y < icon.Max.Y; y++ {
			for x := icon.Min.X; x < icon.Max.X; x++ {
				switch p := picture.RGBAAt(x, y); {
				case near(p, color.RGBA{43, 125, 233, 0xff}):
					counts[blue]++
				case near(p, color.RGBA{217, 69, 15, 0xff}):
					counts[orange]++
				}
			}
		}
		return counts
	}
	last := 1 << 30
	for _, share := range []string{"1", "0.75", "0.25", "0"} {
		fmt.Fprintln(orders, "busy", share)
		seen, times := 0, 0 // so many times in a row: it is not painted in one step
		desktop.Await(t, "the ring at "+share, func() bool {
			n := pixels()[blue]
			if times++; n != seen {
				seen, times = n, 1
			}
			if times < 3 || n >= last || c.icon().Dx() < 12 || share == "1" && n < 20 {
				return false
			}
			last = n
			return true
		})
		c.Screenshot("busy-" + share)
	}
	fmt.Fprintln(orders, "attention")
	desktop.Await(t, "the dot", func() bool { n := pixels(); return n[blue] == 0 && n[orange] >= 5 })
	c.Screenshot("attention")
	fmt.Fprintln(orders, "idle")
	desktop.Await(t, "the icon alone", func() bool { return pixels() == [2]int{} })
	fmt.Fprintln(orders, "quit")
	p.Line("end")
	c.awaitExit(p, 0)
}

func near(a, b color.RGBA) bool {
	far := func(a, b uint8) bool { return max(a, b)-min(a, b) > 24 }
	return !far(a.R, b.R) && !far(a.G, b.G) && !far(a.B, b.B)
}
