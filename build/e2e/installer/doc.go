// Package installer runs the Windows installer and its uninstaller under wine, without a
// screen, where things go wrong: a step fails or is the last before a power cut,
// the folder is unsuitable, another copy is installed.
//
// Steps fail in two ways. Some failures are real, such as a full disk. The others
// are put into the script: a copy of the installer is made in which one instruction
// only sets NSIS's error flag.
package installer
