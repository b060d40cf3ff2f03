//go:build !unix && !windows

package drain

import "net"

// pending is not supported on this system.
func pending(net.Conn) bool { return false }
