// Package faults tests the program under faults around it: it is killed, clients stall,
// plug-ins hang, and programs of the desktop freeze.
package faults
