//go:build !windows

package desk

// MessageBox does nothing. Only Windows shows failures in a message box.
func MessageBox(title, text string) {}
