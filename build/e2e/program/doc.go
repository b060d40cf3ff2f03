// Package program tests the program as its owner has it: built, double-clicked
// on a real desktop, used in a real browser, and ended in every way there is. It
// holds tests and benchmarks only:
//
//	go test ./program
//	go test -run=- -bench=. -benchtime=20x ./program
//
// The benchmarks report ratios to two net/http programs that run beside it: a bare
// one, and one that makes the same page with the same plug-in.
// -idle=10m, after the package, has BenchmarkIdle watch for longer than a minute.
package program
