package owner

// Flags of WSAPoll, from Windows's winsock2.h.
const (
	pollError   = 0x0001 // POLLERR
	pollHangUp  = 0x0002 // POLLHUP
	pollInvalid = 0x0004 // POLLNVAL
	pollRead    = 0x0100 // POLLRDNORM
)

// pollConnected reads what WSAPoll says of our own end. By the documentation of
// the function a connection that is reset has POLLHUP and POLLERR, and by that of
// its structure POLLHUP is for one that is aborted or disconnected; so either
// will do. A peer that has sent its request and closed its sending half has
// POLLRDNORM alone: the documents say so, and wine does so, which also gives
// both flags after a reset, and POLLHUP when there is nothing left to read. On a
// real Windows nobody has looked.
func pollConnected(flags int16) bool {
	return flags&(pollError|pollHangUp|pollInvalid) == 0
}
