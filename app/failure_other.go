//go:build !windows

package app

// messageBox is for Windows, whose programs have nothing else before they have a
// page.
func messageBox(title, text string) {}
