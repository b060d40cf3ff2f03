package desk

import (
	"context"
	"log/slog"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// sleepUntil returns when the clock shows t, when the clock is set, or when ctx is done.
// A [time.Timer] would be late, because it stops while the computer sleeps.
func sleepUntil(ctx context.Context, t time.Time) {
	timer, err := startTimer(t)
	if err != nil {
		slog.Debug("cannot use a timer of the clock", "err", err)
		sleepFor(ctx, time.Until(t))
		return
	}
	defer timer.Close()
	stop := context.AfterFunc(ctx, func() { timer.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	var count [8]byte
	_, _ = timer.Read(count[:]) // an error means that the clock was set, or ctx is done
}

func startTimer(t time.Time) (*os.File, error) {
	fd, err := unix.TimerfdCreate(unix.CLOCK_REALTIME, unix.TFD_CLOEXEC|unix.TFD_NONBLOCK)
	if err != nil {
		return nil, os.NewSyscallError("timerfd_create", err)
	}
	timer := os.NewFile(uintptr(fd), "timer")
	at := unix.ItimerSpec{Value: unix.NsecToTimespec(t.UnixNano())}
	if err := unix.TimerfdSettime(fd, unix.TFD_TIMER_ABSTIME|unix.TFD_TIMER_CANCEL_ON_SET, &at, nil); err != nil {
		timer.Close()
		return nil, os.NewSyscallError("timerfd_settime", err)
	}
	return timer, nil
}
