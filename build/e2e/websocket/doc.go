// Package websocket tests WebSockets with the two libraries that Go programs usually use,
// each as server and as client.
package websocket
