// Package proof is how a test says what it has tried, how many times, and how
// often that held. The command
//
//	go run ./build prove
//
// runs such tests with larger numbers, and those that call [Only], and makes a table
// of what they say.
package proof

import (
	"fmt"
	"os"
	"testing"
)

// Whole tells whether all is to be tried that there is, however long it takes:
// DIBBLER_PROVE is set.
func Whole() bool { return os.Getenv("DIBBLER_PROVE") != "" }

// Only skips the test unless [Whole]: it takes too long for every run, or needs too
// much installed.
func Only(t testing.TB) {
	t.Helper()
	if !Whole() {
		t.Skip("not for a quick run: go run ./build prove runs it, and so does DIBBLER_PROVE=1")
	}
}

// Times is how many times to try: as many as a quick run has time for, or whole,
// when [Whole].
func Times(quick, whole int) int {
	if Whole() {
		return whole
	}
	return quick
}

// Held says that of so many that were tried, so many held, and fails the test
// unless all did. what is what a reader of the table sees, such as "requests in
// flight when a signal ends the program are answered".
func Held(t testing.TB, what string, tried, held int) {
	t.Helper()
	t.Attr("proof", fmt.Sprintf("%d %d %s", tried, held, what))
	if tried == 0 || held != tried {
		t.Errorf("%s: %d of %d", what, held, tried)
	}
}
