// Trayapp is the smallest program with an icon and a page, to test the desktop
// with. It says on standard output what happens to it.
package main

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"log"
	"net"
	"net/http"

	"fyne.io/systray"
	"github.com/pkg/browser"
)

func main() {
	log.SetFlags(0)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	url := "http://" + l.Addr().String() + "/"
	http.HandleFunc("POST /pressed", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Println("pressed")
		w.WriteHeader(http.StatusNoContent) // the page stays
	})
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!doctype html><title>Tray app</title><h1>Hello</h1>
<form action=/pressed method=post><button>Press</button></form>`)
	})
	go http.Serve(l, nil)

	// All before Run: it would race with the panel's questions after.
	systray.SetIcon(icon())
	systray.SetTitle("Tray app")
	systray.SetOnTapped(func() { fmt.Println("tapped") })
	status := systray.AddMenuItem("Running", "")
	status.Disable()
	systray.AddSeparator()
	open := systray.AddMenuItem("Open", "")
	login := systray.AddMenuItemCheckbox("Start at login", "", true)
	hidden := systray.AddMenuItem("Hidden", "")
	hidden.Hide()
	systray.AddSeparator()
	quit := systray.AddMenuItem("Shutdown", "")
	go func() {
		for {
			select {
			case <-open.ClickedCh:
				browser.Stdout, browser.Stderr = nil, nil
				fmt.Println("opening")
				go browser.OpenURL(url)
			case <-login.ClickedCh:
				fmt.Println("login")
			case <-quit.ClickedCh:
				systray.Quit()
			}
		}
	}()
	fmt.Println("running at", url)
	systray.Run(nil, nil)
	fmt.Println("end")
}

func icon() []byte {
	img := image.NewNRGBA(image.Rect(0, 0, 32, 32))
	for i := range 32 * 32 {
		img.SetNRGBA(i%32, i/32, color.NRGBA{0xff, 0, 0xa0, 0xff})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		log.Fatal(err)
	}
	return b.Bytes()
}
