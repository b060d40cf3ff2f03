//go:build unix

package drain

import "syscall"

// transient are the errors of accepting a connection that pass, beside those that say
// so themselves: the system has no memory for it, or its firewall has refused it.
var transient = []error{syscall.ENOBUFS, syscall.ENOMEM, syscall.EPERM, syscall.EPROTO}
