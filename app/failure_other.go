//go:build !windows

package app

import "os"

// messageBox is for Windows, whose programs have nothing else before they have a
// page.
func messageBox(title, text string) {}

// isConsole reports whether f is a terminal. Desktops often give a program
// /dev/null, which is a device as well.
func isConsole(f *os.File) bool {
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}
