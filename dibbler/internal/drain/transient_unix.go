//go:build unix

package drain

import "syscall"

// transient are further transient errors of Accept: the system is out of memory, or a
// firewall has refused the connection.
var transient = []error{syscall.ENOBUFS, syscall.ENOMEM, syscall.EPERM, syscall.EPROTO}
