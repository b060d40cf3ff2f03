// Package attack attacks the program as it is shipped: as other users of the machine,
// with pages in real browsers, and with values that pages and the log could show as
// they are. It holds tests only:
//
//	go test ./attack
package attack
