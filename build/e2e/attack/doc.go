// Package attack attacks a running program: as another user of the machine, from pages
// of other sites in real browsers, and with text that could become markup or forge lines
// of the log.
package attack
