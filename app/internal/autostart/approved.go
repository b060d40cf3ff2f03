package autostart

// switchedOff reports whether a value of Windows's StartupApproved key means that the
// user has switched the entry off. Then the lowest bit of the first byte is set: the byte
// is 3 or 7 instead of 2 or 6. A time follows the byte.
func switchedOff(state []byte) bool { return len(state) > 0 && state[0]&1 == 1 }
