package websocket_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"

	coder "github.com/coder/websocket"
	gorilla "github.com/gorilla/websocket"

	"github.com/dibbler-app/dibbler/dibbler"
)

// shout answers each message in capitals, with github.com/coder/websocket. When the
// program shuts down, it sends a close message. The browser answers it, and Read returns.
func shout(w *dibbler.Response, r *http.Request) error {
	conn, err := coder.Accept(w, r, nil)
	if err != nil {
		return nil // Accept has sent the error
	}
	defer conn.CloseNow()
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-dibbler.Stopping(r.Context()):
			_ = conn.Close(coder.StatusGoingAway, "shutting down")
		case <-done:
		}
	}()
	for {
		kind, message, err := conn.Read(r.Context())
		if err != nil {
			return nil // the browser has left, or the program shuts down
		}
		if err := conn.Write(r.Context(), kind, []byte(strings.ToUpper(string(message)))); err != nil {
			return nil
		}
	}
}

// whisper answers each message in small letters, with github.com/gorilla/websocket, which
// does not use contexts.
func whisper(w http.ResponseWriter, r *http.Request) {
	var upgrader gorilla.Upgrader
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has sent the error
	}
	defer conn.Close()
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-dibbler.Stopping(r.Context()):
			// WriteControl may be called beside WriteMessage; other methods that write may not.
			soon := time.Now().Add(5 * time.Second)
			goodbye := gorilla.FormatCloseMessage(gorilla.CloseGoingAway, "shutting down")
			_ = conn.WriteControl(gorilla.CloseMessage, goodbye, soon)
			_ = conn.SetReadDeadline(soon)
		case <-done:
		}
	}()
	for {
		kind, message, err := conn.ReadMessage()
		if err != nil {
			return // the browser has left, or the program shuts down
		}
		if err := conn.WriteMessage(kind, []byte(strings.ToLower(string(message)))); err != nil {
			return
		}
	}
}

// WebSockets are handlers like any other. The shutdown waits until they return.
func Example() {
	server := dibbler.Server{Addr: "127.0.0.1:0"}
	if err := errors.Join(server.Handle("GET /shout", shout), server.Handle("GET /whisper", http.HandlerFunc(whisper))); err != nil {
		log.Fatal(err)
	}
	var env dibbler.Context
	if err := env.Add(&server); err != nil {
		log.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- env.Run(context.Background()) }()
	address := strings.Replace(server.URL(), "http", "ws", 1)

	// One client uses one library, and the other client the other.
	ctx := context.Background()
	one, _, err := coder.Dial(ctx, address+"shout", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer one.CloseNow()
	if err := one.Write(ctx, coder.MessageText, []byte("spam")); err != nil {
		log.Fatal(err)
	}
	_, message, err := one.Read(ctx)
	fmt.Println(string(message), err)

	other, _, err := gorilla.DefaultDialer.Dial(address+"whisper", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer other.Close()
	if err := other.WriteMessage(gorilla.TextMessage, []byte("EGGS")); err != nil {
		log.Fatal(err)
	}
	_, message, err = other.ReadMessage()
	fmt.Println(string(message), err)

	env.Stop()
	_, _, err = one.Read(ctx)
	fmt.Println(err)
	_, _, err = other.ReadMessage()
	fmt.Println(err)
	fmt.Println("ended:", <-ended)
	// Output:
	// SPAM <nil>
	// eggs <nil>
	// failed to get reader: received close frame: status = StatusGoingAway and reason = "shutting down"
	// websocket: close 1001 (going away): shutting down
	// ended: <nil>
}
