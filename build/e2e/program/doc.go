// Package program tests the program as its owner has it: built, double-clicked
// on a real desktop, used in a real browser, and ended in every way there is. It
// holds tests and benchmarks only:
//
//	go test ./program
//	go test -run=- -bench=. -benchtime=20x ./program
//
// The benchmarks compare it with the program build/bench/internal/traypeer, which
// serves the same page. -idle=10m, after the package, has BenchmarkIdle watch for
// longer than a minute.
package program
