package websocket_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	coder "github.com/coder/websocket"

	"github.com/dibbler-app/dibbler/app"
	"github.com/dibbler-app/dibbler/app/apptest"
)

// A speaker is a plug-in with WebSockets.
type speaker struct{}

func (speaker) StartTool(_ context.Context, tool *app.Tool) error {
	return errors.Join(tool.Handle("GET /shout", shout), tool.Handle("GET /whisper", http.HandlerFunc(whisper)))
}

// TestApp: the WebSockets of a program's plug-in, behind the program's checks and the writer that
// adds its script to pages.
func TestApp(t *testing.T) {
	p := apptest.Start(t, app.App{Name: "Speaker", Plugins: []any{speaker{}}})
	at := strings.Replace(p.URL("/"), "http", "ws", 1)
	for page, want := range map[string]string{"shout": "SPAM", "whisper": "spam"} {
		conn, _, err := coder.Dial(t.Context(), at+page, nil)
		if err != nil {
			t.Fatalf("%s: %v", page, err)
		}
		if err := conn.Write(t.Context(), coder.MessageText, []byte("Spam")); err != nil {
			t.Errorf("%s: %v", page, err)
		}
		if _, got, err := conn.Read(t.Context()); string(got) != want || err != nil {
			t.Errorf("%s: %q, %v, want %q", page, got, err, want)
		}
		if err := conn.Close(coder.StatusNormalClosure, ""); err != nil {
			t.Errorf("%s: %v", page, err)
		}
	}
}
