// Soaked is the calendar with pages for what its own ones do not do, and one that
// tells what the program holds.
package main

import (
	"fmt"
	"hash/crc32"
	"io"
	"mime/multipart"
	"net/http"
	"runtime"
	"runtime/debug"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/calendar"
	"github.com/dibbler-app/dibbler/dibbler"
)

func main() {
	app.Main(app.App{Name: "Soaked", Plugins: []any{&calendar.Calendar{}, tool{}}})
}

type tool struct{}

// OnUpload tells size and checksum of a file.
func (tool) OnUpload(w *dibbler.Response, r *http.Request, form struct {
	File *multipart.FileHeader `schema:"file,required"`
}) error {
	file, err := form.File.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	sum := crc32.NewIEEE()
	size, err := io.Copy(sum, file)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%d %08x", size, sum.Sum32())
	return err
}

func (tool) OnPanic(http.ResponseWriter, *http.Request) { panic("as the soak wants it") }

// OnWait waits until the client has left.
func (tool) OnWait(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/plain")
	w.Flush()
	<-r.Context().Done()
	return r.Context().Err()
}

// OnHeld tells how many goroutines there are, this page's included, and how many
// bytes are in use, when what is not has been collected and given back.
func (tool) OnHeld(w *dibbler.Response, r *http.Request) error {
	runtime.GC() // what waits in pools takes two
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	_, err := fmt.Fprintln(w, runtime.NumGoroutine(), m.HeapAlloc)
	return err
}
