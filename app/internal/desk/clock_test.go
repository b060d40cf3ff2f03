package desk

import (
	"context"
	"testing"
	"time"
)

func TestSleepUntil(t *testing.T) {
	then := time.Now().Add(50 * time.Millisecond)
	sleepUntil(t.Context(), then)
	if now := time.Now(); now.Round(0).Before(then.Round(0)) {
		t.Errorf("sleepUntil returned at %v, want %v", now, then)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(time.Millisecond, cancel)
	sleepUntil(ctx, time.Now().Add(24*time.Hour)) // otherwise the test would not end
}

func TestUntilHour(t *testing.T) {
	india := time.FixedZone("India", 5*3600+1800)
	for text, want := range map[string]time.Duration{
		"2003-01-01T23:59:59.5": time.Second / 2,
		"2003-01-01T23:00:00":   time.Hour,
		"2003-01-01T23:30:00":   30 * time.Minute,
	} {
		now, err := time.ParseInLocation("2006-01-02T15:04:05", text, india)
		if err != nil {
			t.Fatal(err)
		}
		if got := untilHour(now); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
	}
}
