package loopback

import (
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

var noIPv6Errors = []error{windows.WSAEADDRNOTAVAIL, windows.WSAEAFNOSUPPORT, windows.WSAEPROTONOSUPPORT}

// soExclusiveAddrUse is SO_EXCLUSIVEADDRUSE of winsock2.h.
const soExclusiveAddrUse = ^syscall.SO_REUSEADDR

// portTimeout: an address is free again only when the last connection that was
// accepted on it is closed, which may be after the end of its program.
const portTimeout = 2 * time.Second

// exclusive keeps other programs off our address: without it, a program of any
// user that sets SO_REUSEADDR could listen on it as well.
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
