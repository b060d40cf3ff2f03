// Package wine runs a program for Windows, and its installer, under wine.
package wine
