// Package soak uses a program in many ways at once for ten minutes, and checks that it
// holds no more goroutines, open files and memory than before:
//
//	DIBBLER_PROVE=1 go test -v -timeout=1h ./soak
package soak
