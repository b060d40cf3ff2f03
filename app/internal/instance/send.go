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

// ErrNotRunning is returned when there is no instance to send a command to.
var ErrNotRunning = errors.New("instance: not running")

// Send delivers the command to the running instance and returns its answer. It
// waits for one that is about to end, which is then not running. The folders
// and the context are those of [Start].
func Send(ctx context.Context, folders []string, command string) (string, error) {
	return send(ctx, folders, command, false)
}

// SendAndWait is like [Send] and then waits until that instance has ended. An
// instance that declines, or ends without an answer, is as good as one that
// answers; its answer is empty.
func SendAndWait(ctx context.Context, folders []string, command string) (string, error) {
	return send(ctx, folders, command, true)
}

func send(ctx context.Context, folders []string, command string, wait bool) (string, error) {
	if err := checkText(command); err != nil {
		return "", err
	}
	tries := retries{waiting: "it runs, but has not answered or ended"}
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

// isRunning reports whether somebody holds a lock. It takes the locks for a
// moment, shared, so that those who ask do not see each other. A launch that
// fails to take one at this moment tries again.
func isRunning(folders []string) (bool, error) {
	for n, folder := range folders {
		lock := flock.New(filepath.Join(folder, lockName))
		locked, err := lock.TryRLock()
		if err != nil && n == 0 {
			return false, fmt.Errorf("instance: cannot look at the lock: %w", err)
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

// deliver tries once to reach the instance, at the address in any folder, and
// waits for its answer, and for its end where it declines or wait is true.
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

// retries are the tries of one launch to reach the instance.
type retries struct {
	waiting   string // why, for the error
	elsewhere int    // tries in a row that found it elsewhere
}

// wait waits a moment before the next try. It returns an error when there is
// none, with the failure of the last one. There is nothing to await: where the
// instance listens may be its own word, or that of a crashed predecessor, on
// whatever computer, whose port is somebody else's by now.
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
