//go:build !unix

package drain

import "math"

// maxConns returns how many connections a service may have. Systems such as Windows do not
// limit the number of open files.
func maxConns() int { return math.MaxInt32 }
