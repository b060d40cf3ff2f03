// Package windows runs the program as it is built for Windows, under wine, and uses it like its
// owner. Wine draws a Windows desktop, with a task bar for the icon, on the screen of package
// desktop. README.md lists what wine cannot show, and how to test that on a real machine.
//
// Wine 8 does not know which process an IPv6 connection belongs to, so the program says at its
// start that it cannot check the owner. No version of wine knows programs outside of it, such as
// the tests, so the settings let other users in.
package windows
