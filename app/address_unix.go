//go:build !windows

package app

import "syscall"

var noIPv6Errors = []error{syscall.EADDRNOTAVAIL, syscall.EAFNOSUPPORT, syscall.EPROTONOSUPPORT}

// exclusive is nil where nobody else can take an address that we listen on.
var exclusive control
