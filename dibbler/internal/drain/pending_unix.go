//go:build unix

package drain

import (
	"net"
	"syscall"
)

// pending reports whether c has received bytes that were not read yet. It does not read
// them.
func pending(c net.Conn) (yes bool) {
	sc, ok := c.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return false
	}
	err = raw.Control(func(fd uintptr) {
		// Go's sockets do not block.
		n, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK)
		yes = err == nil && n > 0
	})
	return err == nil && yes
}
