// Package program tests the program as its owner uses it: started on a real desktop, used in
// a real browser, and ended in every way.
//
//	go test ./program
//	go test -run=- -bench=. -benchtime=20x ./program
//
// The benchmarks compare it with build/bench/internal/traypeer, which serves the same page.
// -idle=10m, after the package, makes BenchmarkIdle watch for longer than a minute.
package program
