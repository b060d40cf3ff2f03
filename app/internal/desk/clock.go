package desk

import (
	"context"
	"time"

	"github.com/dibbler-app/dibbler/app/internal/localtime"
)

// hours returns a channel that receives a value at each full hour of local time, until
// ctx is done.
func hours(ctx context.Context) <-chan struct{} {
	ticks := make(chan struct{}, 1)
	go func() {
		for {
			now := localtime.Now() // in the computer's current time zone
			sleepUntil(ctx, now.Add(untilHour(now)))
			if ctx.Err() != nil {
				return
			}
			select {
			case ticks <- struct{}{}:
			default: // the last value has not been received yet
			}
		}
	}()
	return ticks
}

// untilHour returns the time until the next full hour of local time, which need not be a
// full hour in UTC.
func untilHour(now time.Time) time.Duration {
	past := time.Duration(now.Minute())*time.Minute + time.Duration(now.Second())*time.Second + time.Duration(now.Nanosecond())
	return time.Hour - past
}

func sleepFor(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
