package websocket_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/dibbler"
)

// TestEnd_silent_client shows that the end waits no longer for a client that does not
// answer the goodbye than for any other, and says so. The goodbye itself arrives.
func TestEnd_silent_client(t *testing.T) {
	for page, h := range map[string]any{"/shout": shout, "/whisper": http.HandlerFunc(whisper)} {
		t.Run(page, func(t *testing.T) {
			server := dibbler.Server{Addr: "127.0.0.1:0"}
			if err := server.Handle("GET "+page, h); err != nil {
				t.Fatal(err)
			}
			env := dibbler.Context{DrainTimeout: 100 * time.Millisecond}
			if err := env.Add(&server); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error)
			go func() { ended <- env.Run(context.Background()) }()
			conn, err := net.Dial("tcp", strings.Trim(server.URL(), "htp:/"))
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c3BhbXNwYW1zcGFtc3BhbQ==\r\n\r\n", page)
			in := bufio.NewReader(conn)
			if resp, err := http.ReadResponse(in, nil); err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
				t.Fatal(resp, err)
			}
			env.Stop()
			goodbye := make([]byte, 4) // a close message of the server, and the status 1001
			if _, err := in.Read(goodbye); err != nil || goodbye[0] != 0x88 || int(goodbye[2])<<8|int(goodbye[3]) != 1001 {
				t.Errorf("% x, %v", goodbye, err)
			}
			cut, ok := errors.AsType[*dibbler.CutError](<-ended)
			if !ok || !slices.Equal(cut.Unfinished, []string{"GET " + page}) {
				t.Errorf("the end is %v", cut)
			}
		})
	}
}
