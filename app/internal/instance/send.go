package instance

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path/filepath"
	"strconv"
	"time"

	"github.com/gofrs/flock"
)

// ErrNotRunning is returned if there is no running instance.
var ErrNotRunning = errors.New("instance: not running")

// Send sends the command to the running instance and returns its answer. If the instance
// is ending, Send waits until it has ended, and returns ErrNotRunning. See [Start] for
// the folders and the context.
func Send(ctx context.Context, folders []string, command string) (string, error) {
	return send(ctx, folders, command, false)
}

// SendAndWait is like [Send], and then waits until that instance has ended. If the
// instance declines or ends without an answer, the answer is empty and the error is nil.
func SendAndWait(ctx context.Context, folders []string, command string) (string, error) {
	return send(ctx, folders, command, true)
}

func send(ctx context.Context, folders []string, command string, wait bool) (string, error) {
	if err := checkText(command); err != nil {
		return "", err
	}
	tries := retries{waiting: "it is running, but has not answered or ended"}
	for {
		running, err := isRunning(folders)
		if err != nil {
			return "", err
		}
		if !running {
			return "", ErrNotRunning
		}
		answer, err := deliver(ctx, folders, command, wait)
		if err == nil || wait && errors.Is(err, errEnded) && ctx.Err() == nil {
			return answer, nil
		}
		if err := tries.wait(ctx, err); err != nil {
			return "", err
		}
	}
}

// isRunning reports whether a process holds a lock. It takes shared locks for a moment,
// so that several calls do not disturb each other. A launch that cannot take a lock at
// this moment tries again.
func isRunning(folders []string) (bool, error) {
	for n, folder := range folders {
		lock := flock.New(filepath.Join(folder, lockName))
		locked, err := lock.TryRLock()
		if err != nil && n == 0 {
			return false, fmt.Errorf("instance: cannot check the lock: %w", err)
		}
		if err == nil && !locked {
			return true, nil
		}
		if err := lock.Unlock(); err != nil {
			return false, err
		}
	}
	return false, nil
}

// deliver tries once to reach the instance, at the addresses in the folders, and waits
// for its answer. If the instance declines or wait is true, it also waits for its end.
func deliver(ctx context.Context, folders []string, command string, wait bool) (string, error) {
	var failed error
	for _, folder := range folders {
		there, err := readAddress(folder)
		if err == nil {
			var answer string
			answer, err = there.deliver(ctx, command, wait)
			if err == nil || errors.Is(err, errEnded) {
				return answer, err
			}
			err = there.explain(err)
		}
		if failed == nil || !errors.Is(err, fs.ErrNotExist) {
			failed = err
		}
	}
	return "", failed
}

func (a address) deliver(ctx context.Context, command string, wait bool) (string, error) {
	dialer := net.Dialer{Timeout: proofTime}
	conn, err := dialer.DialContext(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(a.Port)))
	if err != nil {
		return "", err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	c := &channel{Conn: conn, key: a.Key}
	answer, err := c.exchange(command)
	if err == nil && wait {
		c.waitForEnd()
		err = ctx.Err()
	}
	return answer, err
}

// retries counts the attempts of a launch to reach the instance.
type retries struct {
	waiting   string // why it waits, for the error
	elsewhere int    // attempts in a row that found the instance elsewhere
}

// wait waits a moment before the next attempt. If there is no next attempt, it returns an
// error with the failure of the last one. It polls because there is no event to wait for:
// the address may be from a crashed instance, perhaps on another computer, and another
// program may have the port now.
func (r *retries) wait(ctx context.Context, failure error) error {
	const pause, enough = 20 * time.Millisecond, 50
	if !errors.Is(failure, errElsewhere) {
		r.elsewhere = 0
	} else if r.elsewhere++; r.elsewhere == enough {
		return fmt.Errorf("instance: %w", failure)
	}
	sleep(ctx, pause)
	if ctx.Err() != nil {
		return fmt.Errorf("instance: %s: %w (%w)", r.waiting, context.Cause(ctx), failure)
	}
	return nil
}
