// Package pick has files chosen in real dialogs: of the desktop portal for GTK, of zenity and
// kdialog, and, under wine, of Windows; by typing, and by clicks.
package pick
