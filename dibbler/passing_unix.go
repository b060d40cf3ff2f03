//go:build unix

package dibbler

import "syscall"

// passing are the errors of accepting a connection that pass, beside those that say
// so themselves: the system has no memory for it, or its firewall has refused it.
var passing = []error{syscall.ENOBUFS, syscall.ENOMEM, syscall.EPERM, syscall.EPROTO}
