// Package tray tests the package tray of this project with real parts: a
// session bus, a panel on a screen, and a program of its own, internal/demo. The
// tests of whole desktops, TestHosts, run where those are installed and the run is
// not short.
package tray
