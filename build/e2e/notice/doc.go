// Package notice tests notices on a real desktop, with the notification daemon of Xfce.
package notice
