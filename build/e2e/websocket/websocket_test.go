package websocket

import (
	"context"
	"net/http"
	"strings"
	"testing"

	coder "github.com/coder/websocket"
	gorilla "github.com/gorilla/websocket"

	"github.com/dibbler-app/dibbler/dibbler"
)

// echo has a page for each library, which sends back the first message.
type echo struct{}

func (echo) OnCoder(w *dibbler.Response, r *http.Request) error {
	conn, err := coder.Accept(w, r, nil)
	if err != nil {
		return nil // Accept has answered
	}
	defer conn.CloseNow()
	kind, message, err := conn.Read(r.Context())
	if err != nil {
		return err
	}
	return conn.Write(r.Context(), kind, message)
}

func (echo) OnGorilla(w *dibbler.Response, r *http.Request) error {
	var upgrader gorilla.Upgrader
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return nil // Upgrade has answered
	}
	defer conn.Close()
	kind, message, err := conn.ReadMessage()
	if err != nil {
		return err
	}
	return conn.WriteMessage(kind, message)
}

// clients send a message and return what comes back.
var clients = map[string]func(ctx context.Context, url, message string) (string, error){
	"coder": func(ctx context.Context, url, message string) (string, error) {
		conn, _, err := coder.Dial(ctx, url, nil)
		if err != nil {
			return "", err
		}
		defer conn.CloseNow()
		if err := conn.Write(ctx, coder.MessageText, []byte(message)); err != nil {
			return "", err
		}
		_, answer, err := conn.Read(ctx)
		return string(answer), err
	},
	"gorilla": func(ctx context.Context, url, message string) (string, error) {
		conn, _, err := gorilla.DefaultDialer.DialContext(ctx, url, nil)
		if err != nil {
			return "", err
		}
		defer conn.Close()
		if err := conn.WriteMessage(gorilla.TextMessage, []byte(message)); err != nil {
			return "", err
		}
		_, answer, err := conn.ReadMessage()
		return string(answer), err
	},
}

// serve serves echo until the test ends, and returns its address.
func serve(t *testing.T) string {
	s := &dibbler.Server{Addr: "127.0.0.1:0"}
	if err := s.Register(echo{}); err != nil {
		t.Fatal(err)
	}
	var env dibbler.Context
	if err := env.Add(s); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- env.Run(ctx) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s.URL()
}

func TestWebSocket(t *testing.T) {
	address := serve(t)
	url := "ws" + strings.TrimPrefix(address, "http")
	for _, server := range []string{"coder", "gorilla"} {
		for client, talk := range clients {
			t.Run(server+" server, "+client+" client", func(t *testing.T) {
				if answer, err := talk(t.Context(), url+server, "spam"); err != nil || answer != "spam" {
					t.Errorf("%q, %v", answer, err)
				}
			})
		}
	}
}

// TestWebSocket_refused shows that a request that is no handshake gets its answer.
func TestWebSocket_refused(t *testing.T) {
	address := serve(t)
	for page, want := range map[string]int{"coder": http.StatusUpgradeRequired, "gorilla": http.StatusBadRequest} {
		resp, err := http.Get(address + page)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%s: %d, want %d", page, resp.StatusCode, want)
		}
	}
}
