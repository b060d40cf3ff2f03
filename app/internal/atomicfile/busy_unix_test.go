//go:build unix

package atomicfile

// isBusy returns false, because open files can be replaced on Unix.
func isBusy(error) bool { return false }
