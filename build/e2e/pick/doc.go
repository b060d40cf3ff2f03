// Package pick has a tool ask for files, with the dialogs of the portals of GTK and KDE, of
// zenity and kdialog, and, under wine, of Windows.
package pick
