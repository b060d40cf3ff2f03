// Package soak uses a tool in all ways at once for as long as the proof is to take,
// and looks whether it holds more in the end than it did when it had warmed up. It
// holds tests only:
//
//	DIBBLER_PROVE=1 go test -v -timeout=1h ./soak
package soak
