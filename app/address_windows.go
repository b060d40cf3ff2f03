package app

import (
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

var noIPv6Errors = []error{windows.WSAEADDRNOTAVAIL, windows.WSAEAFNOSUPPORT, windows.WSAEPROTONOSUPPORT}

// soExclusiveAddrUse is SO_EXCLUSIVEADDRUSE of winsock2.h.
const soExclusiveAddrUse = ^syscall.SO_REUSEADDR

// portPatience is how long an address is tried to be had: not before the last
// connection that was accepted there is over, which may be after the program's end.
const portPatience = 2 * time.Second

// exclusive keeps others off the address that we listen on: without it, a program
// of any user that sets SO_REUSEADDR could listen there as well.
var exclusive control = func(_, _ string, c syscall.RawConn) error {
	var opt error
	err := c.Control(func(fd uintptr) {
		opt = windows.SetsockoptInt(windows.Handle(fd), windows.SOL_SOCKET, soExclusiveAddrUse, 1)
	})
	if err != nil {
		return err
	}
	return opt
}
