//go:build unix

package drain

import (
	"math"
	"syscall"
)

// maxConns returns how many connections a service may have: half the number of files that
// the system allows the program to open. The other half is for the program's own files.
func maxConns() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil || uint64(limit.Cur) > math.MaxInt32 {
		return math.MaxInt32
	}
	return max(1, int(limit.Cur)/2)
}
