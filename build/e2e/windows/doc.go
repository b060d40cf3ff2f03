// Package windows runs the program as it is built for Windows, under wine, and
// does with it what its owner does. The screen is that of package desktop; wine
// draws on it a Windows desktop with a task bar, where the icon is.
//
// README.md lists what wine cannot show, and how to try that on a real machine.
//
// Wine 8 tells of no IPv6 connection which process it belongs to, so the program finds out
// at its start that it cannot recognise itself, says so and goes on without the check of
// its owner. Of programs that are not wine's, such as the client of these tests, no wine
// knows more. The tests let other users in, in the settings, and pass with either kind of
// wine. The table takes wine seconds where there are hundreds of connections, and so the
// tests have a network of their own, with nothing in it but loopback. In the place of a
// browser, which wine starts by xdg-open, they have a script that notes the address.
//
// Wine 8 has no bcryptprimitives.dll, from which every Go program takes its random
// numbers. The tests put a file of this name in its place that leads to wine's own
// source of them.
package windows
