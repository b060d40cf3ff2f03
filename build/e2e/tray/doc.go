// Package tray tests this project's package tray with a program of its own, internal/demo, on a
// session bus and in real panels. TestHosts tries the panels of all desktops that are
// installed.
package tray
