// Package windows runs the program as it is built for Windows, under wine, and
// does with it what its owner does. The screen is that of package desktop; wine
// draws on it a Windows desktop with a task bar, where the icon is.
//
// # What wine cannot show
//
//   - Windows itself: its tray with the hidden icons, its dark task bar and its
//     sharp screens, how quickly it kills a program when the session ends, and
//     whether a virus scanner lets the program be.
//   - The owner check. Wine 8 tells of no IPv6 connection which process it
//     belongs to, so the program finds out at its start that it cannot recognise
//     itself, says so and goes on without the check. Of programs that are not
//     wine's, such as the client of these tests, no wine knows more. The tests
//     let other users in, in the settings, and pass with either kind of wine. The
//     table takes wine seconds where there are hundreds of connections, and so
//     the tests have a network of their own, with nothing in it but loopback.
//   - An address that is taken exclusively, and ports that Windows reserves.
//   - A browser: wine calls xdg-open, in whose place the tests have a script that
//     notes the address.
//   - The console that is closed, and who may read the files.
//   - The start at login. The tests see the entry in the registry, and a program
//     that is there before the task bar; wine has no login.
//
// Wine 8 has no bcryptprimitives.dll, from which every Go program takes its random
// numbers. The tests put a file of this name in its place that leads to wine's own
// source of them.
package windows
