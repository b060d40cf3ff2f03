// Package wine runs a program for Windows, and its set-up, under wine.
package wine
