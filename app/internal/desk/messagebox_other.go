//go:build !windows

package desk

// MessageBox is for Windows. Elsewhere a page in the browser shows failures.
func MessageBox(title, text string) {}
