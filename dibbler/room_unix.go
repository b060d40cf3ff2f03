//go:build unix

package dibbler

import "syscall"

// room is how many open connections of one service there may be: maxConns, but no
// more than half of the files that the system lets this program have open. The
// others are for what the program does.
func room() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || uint64(limit.Cur) > 2*maxConns {
		return maxConns
	}
	return max(1, int(limit.Cur)/2)
}
