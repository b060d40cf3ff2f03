// Package faults tests that the program bears what goes wrong around it: it is
// killed, disks are full, plug-ins panic and hang, clients stall. It goes on
// serving its owner, says what is wrong, and ends within its bound. It holds tests
// only.
package faults
