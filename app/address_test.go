package app

import (
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

func TestAPortThatIsSoonFreeIsWaitedFor(t *testing.T) {
	taken := errors.New("taken")
	for _, test := range []struct {
		patience, free time.Duration // after which the port is
		want           error
		most           time.Duration
	}{
		{0, 0, nil, 0},
		{0, time.Second, taken, 0},
		{2 * time.Second, time.Second, nil, 1100 * time.Millisecond},
		{2 * time.Second, time.Hour, taken, 2100 * time.Millisecond},
	} {
		synctest.Test(t, func(t *testing.T) {
			begun := time.Now()
			_, err := retry(test.patience, func() ([]net.Listener, error) {
				if time.Since(begun) < test.free {
					return nil, taken
				}
				return nil, nil
			})
			if took := time.Since(begun); err != test.want || took > test.most {
				t.Errorf("%+v: %v after %v", test, err, took)
			}
		})
	}
}
