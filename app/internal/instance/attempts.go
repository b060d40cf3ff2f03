package instance

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"
)

// interval is a pause that grows from moment to moment.
type interval struct{ pause time.Duration }

func newInterval() *interval { return &interval{pause: 5 * time.Millisecond} }

// wait returns the context's error when that ends first.
func (i *interval) wait(ctx context.Context) error {
	if !pause(ctx, i.pause) {
		return context.Cause(ctx)
	}
	i.pause = min(2*i.pause, 100*time.Millisecond)
	return nil
}

// patience is how long an instance may hold the lock without being reached. It
// says where it listens right after it has taken the lock, so only a very busy
// machine takes seconds.
const patience = 30 * time.Second

// attempts counts the failures to reach the holder of the lock. There is
// nothing to await: the file where it listens may be its own, or one that a
// crashed predecessor left, with a port that belongs to somebody else by now.
type attempts struct {
	*interval
	// reach is the time for one attempt: short at first, in case that the
	// other side is not the instance and silent, and longer each time, in
	// case that it is and slow.
	reach time.Duration
	until time.Time // when to give up
}

func newAttempts() *attempts {
	return &attempts{interval: newInterval(), reach: time.Second, until: time.Now().Add(patience)}
}

// next waits for the next attempt. It returns an error when there is none,
// with the failure of the last one.
func (a *attempts) next(ctx context.Context, failure error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%w (%w)", context.Cause(ctx), failure)
	}
	if errors.Is(failure, ErrDeclined) { // it was reached, and ends in its own time
		a.until = time.Now().Add(patience)
	} else if time.Now().After(a.until) {
		return fmt.Errorf("it cannot be reached; end it in the system's task manager and try again: %w", failure)
	}
	if slow, ok := errors.AsType[net.Error](failure); ok && slow.Timeout() {
		a.reach = min(2*a.reach, greetingTime)
	}
	return a.wait(ctx)
}
