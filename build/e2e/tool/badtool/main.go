// Badtool is a tool whose plug-in does what a plug-in must not do: it panics, and never
// returns. BADTOOL_VETO=hang has it do so when somebody connects, and BADTOOL_FLUSH=hang
// when the program ends. Its line on standard output says when it has begun.
package main

import (
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"os"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

func main() {
	app.Main(app.App{Name: "Bad Tool", Plugins: []any{tool{}}})
}

type tool struct{}

func (tool) OnHome(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/html")
	_, err := w.WriteString("<!DOCTYPE html>\n<title>Bad Tool</title>\n<h1>Bad Tool</h1>\n")
	return err
}

func (tool) OnPanic(w *dibbler.Response, r *http.Request) error { panic("this plug-in is bad") }

// OnStuck hears of no end.
func (tool) OnStuck(w *dibbler.Response, r *http.Request) error {
	fmt.Println("stuck")
	select {}
}

// OnBig is more than any system keeps for a client that does not read.
func (tool) OnBig(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("application/octet-stream")
	w.Flush()
	fmt.Println("big")
	piece := make([]byte, 1<<20)
	for range 256 {
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

// OnUpload says how much has arrived.
func (tool) OnUpload(w *dibbler.Response, r *http.Request) error {
	fmt.Println("upload")
	n, err := io.Copy(io.Discard, r.Body)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%d bytes", n)
	return err
}

// OnForm says how large the file in a form is.
func (tool) OnForm(w *dibbler.Response, r *http.Request, form struct {
	File *multipart.FileHeader `schema:"file,required"`
}) error {
	_, err := fmt.Fprintf(w, "%d bytes", form.File.Size)
	return err
}

// OnIncomingConnection implements [dibbler.ConnFilter].
func (tool) OnIncomingConnection(net.Conn) bool {
	if os.Getenv("BADTOOL_VETO") == "hang" {
		fmt.Println("asked")
		select {}
	}
	return true
}

// StartTool implements [app.Starter].
func (tool) StartTool(ctx context.Context, tool *app.Tool) error {
	tool.Tray(func() app.TrayInfo {
		return app.TrayInfo{Items: []app.TrayItem{{Label: "Hang", Do: func(context.Context) error {
			fmt.Println("hanging")
			select {}
		}}}}
	})
	return tool.OnFlush(func(context.Context) error {
		if os.Getenv("BADTOOL_FLUSH") == "hang" {
			select {}
		}
		return nil
	})
}
