package websocket_test

import (
	"context"
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
// program begins to end, it says goodbye to the browser, which makes Read return.
func shout(w *dibbler.Response, r *http.Request) error {
	conn, err := coder.Accept(w, r, nil)
	if err != nil {
		return nil // Accept has answered
	}
	defer conn.CloseNow()
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-dibbler.Stopping(r.Context()):
			_ = conn.Close(coder.StatusGoingAway, "the program ends")
		case <-done:
		}
	}()
	for {
		kind, message, err := conn.Read(r.Context())
		if err != nil {
			return nil // the browser has left, or the program ends
		}
		if err := conn.Write(r.Context(), kind, []byte(strings.ToUpper(string(message)))); err != nil {
			return nil
		}
	}
}

// A WebSocket with github.com/coder/websocket is a handler like any other. The end of
// the program waits until the browser knows of it.
func Example_coder() {
	server := dibbler.Server{Addr: "127.0.0.1:0"}
	if err := server.Handle("GET /shout", shout); err != nil {
		log.Fatal(err)
	}
	var env dibbler.Context
	if err := env.Add(&server); err != nil {
		log.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- env.Run(context.Background()) }()

	ctx := context.Background()
	conn, _, err := coder.Dial(ctx, strings.Replace(server.URL(), "http", "ws", 1)+"shout", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer conn.CloseNow()
	if err := conn.Write(ctx, coder.MessageText, []byte("spam")); err != nil {
		log.Fatal(err)
	}
	_, message, err := conn.Read(ctx)
	fmt.Println(string(message), err)

	env.Stop()
	_, _, err = conn.Read(ctx)
	fmt.Println(err)
	fmt.Println("ended:", <-ended)
	// Output:
	// SPAM <nil>
	// failed to get reader: received close frame: status = StatusGoingAway and reason = "the program ends"
	// ended: <nil>
}

// whisper answers each message in small letters, with github.com/gorilla/websocket.
func whisper(w http.ResponseWriter, r *http.Request) {
	var upgrader gorilla.Upgrader
	conn, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	defer conn.Close()
	done := make(chan struct{})
	defer close(done)
	go func() {
		select {
		case <-dibbler.Stopping(r.Context()):
			// The browser answers with a close message, at which ReadMessage returns. Of
			// all that writes, only WriteControl may be called beside the loop.
			soon := time.Now().Add(5 * time.Second)
			goodbye := gorilla.FormatCloseMessage(gorilla.CloseGoingAway, "the program ends")
			_ = conn.WriteControl(gorilla.CloseMessage, goodbye, soon)
			_ = conn.SetReadDeadline(soon)
		case <-done:
		}
	}()
	for {
		kind, message, err := conn.ReadMessage()
		if err != nil {
			return // the browser has left, or the program ends
		}
		if err := conn.WriteMessage(kind, []byte(strings.ToLower(string(message)))); err != nil {
			return
		}
	}
}

// A WebSocket with github.com/gorilla/websocket does not know contexts.
func Example_gorilla() {
	server := dibbler.Server{Addr: "127.0.0.1:0"}
	if err := server.Handle("GET /whisper", http.HandlerFunc(whisper)); err != nil {
		log.Fatal(err)
	}
	var env dibbler.Context
	if err := env.Add(&server); err != nil {
		log.Fatal(err)
	}
	ended := make(chan error)
	go func() { ended <- env.Run(context.Background()) }()

	conn, _, err := gorilla.DefaultDialer.Dial(strings.Replace(server.URL(), "http", "ws", 1)+"whisper", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer conn.Close()
	if err := conn.WriteMessage(gorilla.TextMessage, []byte("EGGS")); err != nil {
		log.Fatal(err)
	}
	_, message, err := conn.ReadMessage()
	fmt.Println(string(message), err)

	env.Stop()
	_, _, err = conn.ReadMessage()
	fmt.Println(err)
	fmt.Println("ended:", <-ended)
	// Output:
	// eggs <nil>
	// websocket: close 1001 (going away): the program ends
	// ended: <nil>
}
