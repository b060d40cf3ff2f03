package owner

// These are flags of WSAPoll, from Windows's winsock2.h.
const (
	pollError   = 0x0001 // POLLERR
	pollHangUp  = 0x0002 // POLLHUP
	pollInvalid = 0x0004 // POLLNVAL
	pollRead    = 0x0100 // POLLRDNORM
)

// pollConnected reports whether our own end is connected, from the flags of WSAPoll. The
// documentation of the function says that a connection that was reset has POLLHUP and
// POLLERR. The documentation of its structure says that POLLHUP means an aborted or
// disconnected connection. So either flag is sufficient. If the peer has sent a request
// and closed its sending half, there is only POLLRDNORM, by the documentation and under
// Wine. Wine also sets both flags after a reset, and POLLHUP when there is nothing left
// to read. This was never tested on a real Windows.
func pollConnected(flags int16) bool {
	return flags&(pollError|pollHangUp|pollInvalid) == 0
}
