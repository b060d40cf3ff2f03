// Hammered is a tool whose answers can be checked, and that writes at its end from
// where the connections came that it has taken, a line for each, to the file that
// the environment variable TAKEN names.
package main

import (
	"context"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/dibbler"
)

func main() {
	app.Main(app.App{Name: "Hammered", Plugins: []any{new(tool)}})
}

type tool struct {
	mu    sync.Mutex
	taken strings.Builder
}

func (t *tool) OnIncomingConnection(c net.Conn) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintln(&t.taken, c.RemoteAddr())
	return true
}

// A dataForm says what to answer. Slow is how long to pause half-way, in
// milliseconds.
type dataForm struct {
	ID   string `schema:"id"`
	Size int    `schema:"size"`
	Slow int    `schema:"slow"`
}

// OnData answers with the id, as many bytes as are asked for, and the checksum of
// all that.
func (t *tool) OnData(w *dibbler.Response, r *http.Request, form dataForm) error {
	body := form.ID + " " + strings.Repeat("x", form.Size)
	body += fmt.Sprintf(" %08x", crc32.ChecksumIEEE([]byte(body)))
	w.WriteOKHeaders("text/plain")
	if form.Slow > 0 {
		half := len(body) / 2
		if _, err := w.WriteString(body[:half]); err != nil {
			return err
		}
		w.Flush()
		time.Sleep(time.Duration(form.Slow) * time.Millisecond)
		body = body[half:]
	}
	_, err := w.WriteString(body)
	return err
}

// OnUpload answers with the checksum of what comes.
func (t *tool) OnUpload(w *dibbler.Response, r *http.Request) error {
	sum := crc32.NewIEEE()
	if _, err := io.Copy(sum, r.Body); err != nil {
		return err
	}
	w.WriteOKHeaders("text/plain")
	_, err := fmt.Fprintf(w, "%08x", sum.Sum32())
	return err
}

// StartTool implements [app.Starter].
func (t *tool) StartTool(ctx context.Context, tool *app.Tool) error {
	return tool.OnFlush(func(context.Context) error {
		t.mu.Lock()
		defer t.mu.Unlock()
		return os.WriteFile(os.Getenv("TAKEN"), []byte(t.taken.String()), 0o600)
	})
}
