//go:build !windows

package loopback

import "syscall"

var noIPv6Errors = []error{syscall.EADDRNOTAVAIL, syscall.EAFNOSUPPORT, syscall.EPROTONOSUPPORT}

// exclusive is nil: no other program can take an address that we listen on.
var exclusive control

// portTimeout is 0: an address is free as soon as nobody listens on it.
const portTimeout = 0
