// Badtool is a tool whose plug-in hangs. With BADTOOL_HANG=filter it hangs when a client
// connects, and with BADTOOL_HANG=flush when the program shuts down. It prints a line when
// a page begins to hang.
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

func hang() {
	fmt.Println("hanging")
	select {}
}

func (tool) OnHang(w http.ResponseWriter, r *http.Request) { hang() }

// OnBig writes more than any system buffers for a client that does not read.
func (tool) OnBig(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("application/octet-stream")
	w.Flush()
	fmt.Println("writing")
	piece := make([]byte, 1<<20)
	for range 256 {
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

// OnUpload reads the body of the request.
func (tool) OnUpload(w *dibbler.Response, r *http.Request) error {
	fmt.Println("reading")
	_, err := io.Copy(io.Discard, r.Body)
	return err
}

// OnForm has a form with a file.
func (tool) OnForm(w *dibbler.Response, r *http.Request, form struct{ File *multipart.FileHeader }) error {
	return nil
}

// OnIncomingConnection implements [dibbler.ConnFilter].
func (tool) OnIncomingConnection(net.Conn) bool {
	if os.Getenv("BADTOOL_HANG") == "filter" {
		hang()
	}
	return true
}

// StartTool implements [app.Starter].
func (tool) StartTool(ctx context.Context, tool *app.Tool) error {
	tool.Tray(func() app.TrayInfo {
		return app.TrayInfo{Items: []app.TrayItem{{Label: "Hang", Do: func(context.Context) error {
			hang()
			return nil
		}}}}
	})
	return tool.OnFlush(func(context.Context) error {
		if os.Getenv("BADTOOL_HANG") == "flush" {
			hang()
		}
		return nil
	})
}
