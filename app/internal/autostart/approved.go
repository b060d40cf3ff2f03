package autostart

// switchedOff reads a value of Windows's StartupApproved key: the lowest bit
// of its first byte is set for what the user has switched off (3 or 7, against
// 2 or 6); a time follows.
func switchedOff(state []byte) bool { return len(state) > 0 && state[0]&1 == 1 }
