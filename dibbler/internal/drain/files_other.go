//go:build !unix

package drain

import "math"

// maxFiles is how many connections one service may have open. Systems such as
// Windows let a program open any number of files.
func maxFiles() int { return math.MaxInt32 }
