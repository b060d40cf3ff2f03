// Package deadline says how long a test waits for what it expects: for as long as
// go test -timeout lets it. A limit for each wait would fail on a busy machine.
package deadline

import (
	"testing"
	"time"
)

// grace is what a test has left, when it has waited in vain, to say so and to end
// what it started.
const grace = 20 * time.Second

// Of is the time at which t gives up. Where there is no -timeout, as in benchmarks,
// it is a day away.
func Of(t testing.TB) time.Time {
	if t, ok := t.(*testing.T); ok {
		if end, ok := t.Deadline(); ok {
			return end.Add(-grace)
		}
	}
	return time.Now().Add(24 * time.Hour)
}
