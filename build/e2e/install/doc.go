// Package install runs install.sh, the install script of the archive for Linux, in several homes:
// with the shells and tools of several distributions, in folders with difficult names, beside
// files of others, and with a fault in each command that it runs.
package install
