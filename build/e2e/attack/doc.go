// Package attack attacks the program as it is shipped: with bytes that no browser
// sends, as other users of the machine, and with pages in real browsers that mean
// no good. What is an attack, and how it is to end, is judged here by what the
// program promises, not by its source. It holds tests only:
//
//	go test ./attack
//
// With DIBBLER_PROVE=1 there are many more of them.
package attack
