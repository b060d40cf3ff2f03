package websocket_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	coder "github.com/coder/websocket"

	"github.com/dibbler-app/dibbler/dibbler"
)

// A client that does not answer the close message holds the shutdown no longer than the
// drain timeout, and the error names the request.
func TestShutdown_silentClient(t *testing.T) {
	for page, h := range map[string]any{"shout": shout, "whisper": http.HandlerFunc(whisper)} {
		t.Run(page, func(t *testing.T) {
			server := dibbler.Server{Addr: "127.0.0.1:0"}
			if err := server.Handle("GET /"+page, h); err != nil {
				t.Fatal(err)
			}
			env := dibbler.Context{DrainTimeout: 100 * time.Millisecond}
			if err := env.Add(&server); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error)
			go func() { ended <- env.Run(context.Background()) }()
			conn, _, err := coder.Dial(context.Background(), strings.Replace(server.URL(), "http", "ws", 1)+page, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer conn.CloseNow()
			env.Stop() // and the client reads no message
			err = <-ended
			if cut, ok := errors.AsType[*dibbler.CutError](err); !ok || !slices.Equal(cut.Unfinished, []string{"GET /" + page}) {
				t.Errorf("Run returns %v; want a CutError for GET /%s", err, page)
			}
		})
	}
}
