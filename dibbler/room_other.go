//go:build !unix

package dibbler

// room is how many open connections of one service there may be. Systems such as
// Windows let a program have any number of files open.
func room() int { return maxConns }
