// Package deadline says how long a test waits for what it expects. A fixed limit
// would fail on a busy machine, so that go test -timeout is the only one.
package deadline

import (
	"testing"
	"time"
)

// Of is the time at which t gives up: when a quarter of what go test -timeout leaves
// has passed, so that a test that waits in vain leaves time for the others. Without a
// -timeout, as in benchmarks, it is a day away.
func Of(t testing.TB) time.Time {
	if t, ok := t.(*testing.T); ok {
		if end, ok := t.Deadline(); ok {
			return time.Now().Add(time.Until(end) / 4)
		}
	}
	return time.Now().Add(24 * time.Hour)
}
