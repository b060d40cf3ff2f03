//go:build (linux && !android) || freebsd || openbsd || netbsd

package tray

import (
	"testing"
	"time"
)

func TestNextWait(t *testing.T) {
	for _, tt := range []struct{ wait, since, want time.Duration }{
		{minWait, time.Hour, minWait},
		{minWait, time.Second, 2 * minWait},
		{maxWait - 1, time.Second, maxWait},
		{maxWait, maxWait, maxWait}, // the icon was dropped at once
		{maxWait, time.Hour, minWait},
	} {
		if got := nextWait(tt.wait, tt.since); got != tt.want {
			t.Errorf("%v, dropped %v before: %v, want %v", tt.wait, tt.since, got, tt.want)
		}
	}
}
