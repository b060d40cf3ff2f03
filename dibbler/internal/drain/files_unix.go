//go:build unix

package drain

import (
	"math"
	"syscall"
)

// maxFiles is how many connections one service may have open: half of the files
// that the system lets this program open. The others are for its own work.
func maxFiles() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || uint64(limit.Cur) > math.MaxInt32 {
		return math.MaxInt32
	}
	return max(1, int(limit.Cur)/2)
}
