package drain

import "syscall"

// transient are further transient errors of Accept: WSAENOBUFS, out of memory, and WSAEMFILE,
// out of handles.
var transient = []error{syscall.Errno(10055), syscall.Errno(10024)}
