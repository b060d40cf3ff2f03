// Package websocket tests that methlets can speak WebSocket with the libraries that
// Go programmers use for it, each as server and as client.
package websocket
