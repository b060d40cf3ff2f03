// Package proof reports how often a test has tried something, and how often it held. The
// command
//
//	go run ./build prove
//
// runs such tests at full length, and makes a table of the reports.
package proof

import (
	"fmt"
	"os"
	"testing"
)

// Whole reports whether tests run at full length: whether DIBBLER_PROVE is set.
func Whole() bool { return os.Getenv("DIBBLER_PROVE") != "" }

// Only skips the test unless [Whole]. It is for tests that take long or need much
// installed.
func Only(t testing.TB) {
	t.Helper()
	if !Whole() {
		t.Skip("not for a quick run: go run ./build prove runs it, and so does DIBBLER_PROVE=1")
	}
}

// Times returns how often to try: whole if [Whole], otherwise quick.
func Times(quick, whole int) int {
	if Whole() {
		return whole
	}
	return quick
}

// Held reports how many were tried and how many of them held, and fails the test unless
// all did. what is a sentence for the table, such as "requests in flight are answered when
// the program shuts down".
func Held(t testing.TB, what string, tried, held int) {
	t.Helper()
	t.Attr("proof", fmt.Sprintf("%d %d %s", tried, held, what))
	if tried == 0 || held != tried {
		t.Errorf("%s: %d of %d", what, held, tried)
	}
}
