//go:build !windows

package loopback

import "syscall"

var noIPv6Errors = []error{syscall.EADDRNOTAVAIL, syscall.EAFNOSUPPORT, syscall.EPROTONOSUPPORT}

// exclusive is nil, because other programs cannot listen on an address that is in use.
var exclusive control

// portTimeout is 0, because an address is free as soon as no program listens on it.
const portTimeout = 0
