package localtime

import (
	"testing"
	"time"
)

// TestNow: unless the zone changes, it is the zone of package time.
func TestNow(t *testing.T) {
	now := Now()
	if diff := time.Since(now); diff < 0 || diff > time.Minute {
		t.Errorf("%v is %v ago", now, diff)
	}
	_, got := now.Zone()
	if _, want := now.Local().Zone(); got != want {
		t.Errorf("%d seconds east of UTC, package time says %d", got, want)
	}
}
