// Package install runs the install.sh of the archive for Linux in homes made for
// it: under the shells and tools that distributions have, in folders with awkward
// names, over files of others, and with a fault in each command that it runs.
package install
