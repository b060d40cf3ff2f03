package drain

import "net"

// LocalAddr returns the address of the server. It is the first method that net/http calls
// on the goroutine of a connection, whose stack is small then and holds few frames.
func (c *Conn) LocalAddr() net.Addr {
	growStack(0)
	return c.Conn.LocalAddr()
}

// growStack grows the stack of the goroutine to 16 KiB, which an answer needs. Otherwise it
// would grow in steps while the answer is made, and each step copies more frames: a fifth of
// the instructions of a connection with one request.
//
//go:noinline
func growStack(i int) byte {
	var room [8 << 10]byte
	return room[i]
}
