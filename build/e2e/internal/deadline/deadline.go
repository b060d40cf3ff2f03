// Package deadline sets how long a test waits for an event. Fixed limits would fail on a
// busy machine, so the only limit is go test -timeout.
package deadline

import (
	"testing"
	"time"
)

// Of returns the time until which t waits: a quarter of the time that go test -timeout
// leaves, so that a test that fails leaves time for the others. Without -timeout, as in
// benchmarks, it is a day away.
func Of(t testing.TB) time.Time {
	if t, ok := t.(*testing.T); ok {
		if end, ok := t.Deadline(); ok {
			return time.Now().Add(time.Until(end) / 4)
		}
	}
	return time.Now().Add(24 * time.Hour)
}
