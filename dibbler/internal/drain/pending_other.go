//go:build !unix && !windows

package drain

import "net"

// pending cannot tell on this system.
func pending(net.Conn) bool { return false }
