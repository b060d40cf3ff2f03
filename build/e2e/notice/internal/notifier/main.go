// Notifier is a tool that shows notices on request.
package main

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"net/http"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
	"github.com/dibbler-app/dibbler/tray"
)

func main() {
	app.Main(app.App{Name: "Notifier", Icon: tray.Icon{PNG: icon()}, Plugins: []any{&notifier{}}})
}

type notifier struct{ tool *app.Tool }

func (n *notifier) StartTool(_ context.Context, tool *app.Tool) error {
	n.tool = tool
	return nil
}

func (*notifier) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString(`<!DOCTYPE html><html lang="en"><title>Notifier</title><link rel="stylesheet" href="/app.css"><h1>Notifier</h1>`)
	return err
}

// OnNotify shows a notice.
func (n *notifier) OnNotify(w *dibbler.Response, _ *http.Request, form app.Notice) error {
	return n.tool.Notify(form)
}

// icon returns a square that tests find on the screen.
func icon() []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.NRGBA{0xff, 0, 0xa0, 0xff}), image.Point{}, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // never: the picture is in memory
	}
	return b.Bytes()
}
