package drain

import (
	"net"
	"syscall"
	"unsafe"
)

// fionread is FIONREAD of winsock2.h. It returns the number of bytes that can be read without
// blocking.
const fionread = 0x4004667f

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
		var n, size uint32
		err := syscall.WSAIoctl(syscall.Handle(fd), fionread, nil, 0, (*byte)(unsafe.Pointer(&n)), 4, &size, nil, 0)
		yes = err == nil && n > 0
	})
	return err == nil && yes
}
