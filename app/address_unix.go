//go:build !windows

package app

import "syscall"

var noIPv6Errors = []error{syscall.EADDRNOTAVAIL, syscall.EAFNOSUPPORT, syscall.EPROTONOSUPPORT}

// exclusive is nil where nobody else can take an address that we listen on.
var exclusive control

// portPatience is 0 where an address is free as soon as nobody listens there.
const portPatience = 0
