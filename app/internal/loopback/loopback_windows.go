package loopback

import (
	"syscall"
	"time"

	"golang.org/x/sys/windows"
)

var noIPv6Errors = []error{windows.WSAEADDRNOTAVAIL, windows.WSAEAFNOSUPPORT, windows.WSAEPROTONOSUPPORT}

// soExclusiveAddrUse is SO_EXCLUSIVEADDRUSE of winsock2.h.
const soExclusiveAddrUse = ^syscall.SO_REUSEADDR

// portTimeout is how long to wait for an address. It is free again only when its last
// accepted connection is closed, which may be after the program has ended.
const portTimeout = 2 * time.Second

// exclusive prevents other programs from listening on the same address. Without it, a
// program of any user could do so with SO_REUSEADDR.
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
