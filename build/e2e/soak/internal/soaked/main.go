// Soaked is the calendar with more pages, one of which measures the program.
package main

import (
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
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

// OnUpload answers with the content of a file.
func (tool) OnUpload(w *dibbler.Response, r *http.Request, form struct {
	File *multipart.FileHeader `schema:"File,required"`
}) error {
	file, err := form.File.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = io.Copy(w, file)
	return err
}

func (tool) OnPanic(http.ResponseWriter, *http.Request) { panic("panic for the soak") }

// OnWait waits until the client has left.
func (tool) OnWait(w *dibbler.Response, r *http.Request) error {
	w.WriteOKHeaders("text/plain")
	w.Flush()
	<-r.Context().Done()
	return r.Context().Err()
}

// OnHeld answers with the numbers of goroutines, open files, bytes in use on the heap, and
// resident pages of memory.
func (tool) OnHeld(w *dibbler.Response, r *http.Request) error {
	runtime.GC() // frees what is in pools together with the next collection
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return err
	}
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return err
	}
	var size, resident int
	if _, err := fmt.Sscan(string(statm), &size, &resident); err != nil {
		return err
	}
	_, err = fmt.Fprintln(w, runtime.NumGoroutine(), len(files), m.HeapAlloc, resident)
	return err
}
