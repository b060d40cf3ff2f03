// Package installer runs the Windows installer and its uninstaller under wine, without a
// screen, when something is wrong: a step fails, the power is cut, the folder is unsuitable,
// another copy is installed.
//
// Some failures are real, such as a locked file. The others are in a changed copy of the
// installer's script: one instruction only sets the error flag of NSIS, or ends the process.
package installer
