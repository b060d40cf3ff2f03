// Package wine runs a program for Windows, and its set-up, in a Windows of wine's.
package wine
