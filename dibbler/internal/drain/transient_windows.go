package drain

import "syscall"

// transient are the errors of accepting a connection that pass, beside those that say
// so themselves: the system has no memory for it, WSAENOBUFS, or no handle,
// WSAEMFILE.
var transient = []error{syscall.Errno(10055), syscall.Errno(10024)}
