package instance

import (
	"context"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"time"

	"github.com/gofrs/flock"
)

// ErrNotRunning is returned when there is no instance to send a command to.
var ErrNotRunning = errors.New("instance: not running")

// ErrDeclined is returned when the instance is about to end.
var ErrDeclined = errors.New("instance: it is about to end")

// Send delivers the command to the running instance and returns its answer.
// The folder and the bounds are those of [Start].
func Send(ctx context.Context, dir, command string) (string, error) {
	got, err := send(ctx, dir, command)
	if err == nil && got.declined {
		err = ErrDeclined
	}
	return got.text, err
}

// SendAndWait is like [Send] and then waits until that instance has ended. An
// instance that declines, or ends without an answer, is as good as one that
// answers; its answer is empty.
func SendAndWait(ctx context.Context, dir, command string) (string, error) {
	got, err := send(ctx, dir, command)
	if err != nil {
		return "", err
	}
	interval := newInterval()
	for {
		running, err := isRunning(dir)
		if err != nil || !running {
			return got.text, err
		}
		// The lock can be with a successor already.
		if now, err := readAddress(dir); err == nil && !now.equal(got.from) {
			return got.text, nil
		}
		if err := interval.wait(ctx); err != nil {
			return got.text, fmt.Errorf("instance: it has the command and has not ended yet: %w", err)
		}
	}
}

// send tries until the instance can be reached. An instance that declines is
// no error here.
func send(ctx context.Context, dir, command string) (delivered, error) {
	if err := checkText(command); err != nil {
		return delivered{}, err
	}
	attempt := newAttempts()
	reached := false
	for {
		running, err := isRunning(dir)
		if err != nil {
			return delivered{}, err
		}
		if !running && reached { // it ended instead of giving an answer
			return delivered{answer: answer{declined: true}}, nil
		}
		if !running {
			return delivered{}, ErrNotRunning
		}
		got, err := deliver(ctx, dir, command, attempt.reach)
		if err == nil || errors.Is(err, ErrDeclined) {
			return got, nil
		}
		reached = reached || errors.Is(err, errNoAnswer)
		if err := attempt.next(ctx, err); err != nil {
			return delivered{}, fmt.Errorf("instance: it runs, but takes no command: %w", err)
		}
	}
}

// isRunning reports whether somebody holds the lock. It takes the lock for a
// moment, shared, so that those who ask do not see each other. A launch that
// fails to take it at this moment tries again.
func isRunning(dir string) (bool, error) {
	lock := flock.New(filepath.Join(dir, lockName))
	locked, err := lock.TryRLock()
	if err != nil {
		return false, fmt.Errorf("instance: cannot look at the lock: %w", err)
	}
	return !locked, lock.Unlock()
}

// errNoAnswer marks a command that the instance may have received.
var errNoAnswer = errors.New("no answer")

// delivered is an answer and who gave it.
type delivered struct {
	answer
	from address
}

// deliver tries once to reach the instance and waits for its answer. The time
// is for reaching it; for its answer there is only the context. A declined
// command is ErrDeclined.
func deliver(ctx context.Context, dir, text string, reach time.Duration) (delivered, error) {
	there, err := readAddress(dir)
	if err != nil {
		return delivered{}, err
	}
	dialer := net.Dialer{Timeout: reach}
	conn, err := dialer.DialContext(ctx, "tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(there.port)))
	if err != nil {
		return delivered{}, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(reach))
	c := newChannel(conn, there.key)
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	if err := c.introduce(); err != nil {
		return delivered{}, err
	}
	conn.SetDeadline(time.Time{})
	got, err := c.command(text)
	if err != nil {
		return delivered{}, fmt.Errorf("%w: %w", errNoAnswer, err)
	}
	if got.declined {
		err = ErrDeclined
	}
	return delivered{got, there}, err
}

// introduce makes sure that the other side is the instance.
func (c *channel) introduce() error {
	c.launch = newSecret()
	if err := c.send(frame{Nonce: c.launch}); err != nil {
		return err
	}
	f, err := c.receiveNonce()
	if err != nil {
		return err
	}
	c.answer = f.Nonce
	return c.check(f, forHello)
}

// command sends the command and returns the answer.
func (c *channel) command(text string) (answer, error) {
	if err := c.send(frame{Text: []byte(text), MAC: c.mac(forCommand, []byte(text))}); err != nil {
		return answer{}, err
	}
	f, err := c.receive()
	if err != nil {
		return answer{}, err
	}
	purpose := forReply
	if f.Declined {
		purpose = forDecline
	}
	return answer{text: string(f.Text), declined: f.Declined}, c.check(f, purpose)
}
