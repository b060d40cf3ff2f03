// Traypeer is a minimal desktop program, to compare with: a page, an icon with a menu, and the
// browser at the start, made with only net/http and systray. It serves the file of its first
// argument. With a second argument, it does not open the browser.
package main

import (
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"

	"fyne.io/systray"
	"github.com/pkg/browser"

	"github.com/dibbler-app/dibbler/assets"
)

func main() {
	page, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	url := fmt.Sprintf("http://%s/", l.Addr())
	go func() {
		log.Fatal(http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Write(page)
		})))
	}()
	fmt.Printf("Traypeer is running at %s\n", url)
	open := func() {
		if err := browser.OpenURL(url); err != nil {
			log.Print(err)
		}
	}
	if len(os.Args) == 2 {
		go open()
	}
	showIcon(open)
}

// showIcon shows the icon until the program is asked to end.
func showIcon(open func()) {
	systray.SetIcon(assets.TrayPNG)
	systray.SetTitle("Traypeer")
	systray.SetTooltip("Traypeer")
	systray.SetOnTapped(open)
	openItem := systray.AddMenuItem("Open", "")
	shutdownItem := systray.AddMenuItem("Shutdown", "")
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for {
			select {
			case <-openItem.ClickedCh:
				open()
			case <-shutdownItem.ClickedCh:
				systray.Quit()
			case <-signals:
				systray.Quit()
			}
		}
	}()
	systray.Run(nil, nil)
}
