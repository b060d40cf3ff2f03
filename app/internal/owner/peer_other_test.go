//go:build !linux && !windows

package owner

// No test on this system needs a peer in another process.
var runPeer func(args []string) error
