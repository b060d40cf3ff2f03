package desk

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// While sleepUntil waits, it has a timer of the clock, which is due when the computer
// wakes up, and when the clock is set.
func TestSleepUntil_timer(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		sleepUntil(ctx, time.Now().Add(24*time.Hour))
	}()
	flags := fmt.Sprintf("\nsettime flags: 0%o\n", unix.TFD_TIMER_ABSTIME|unix.TFD_TIMER_CANCEL_ON_SET)
	clock := fmt.Sprintf("\nclockid: %d\n", unix.CLOCK_REALTIME)
	for open := ""; !strings.Contains(open, clock) || !strings.Contains(open, flags); open = openTimers() {
		runtime.Gosched() // there is no event to wait for
	}
	cancel()
	<-done
}

// openTimers returns the kernel's descriptions of the timers that this process has open.
func openTimers() (all string) {
	files, _ := filepath.Glob("/proc/self/fd/*")
	for _, file := range files {
		if kind, _ := os.Readlink(file); kind == "anon_inode:[timerfd]" {
			text, _ := os.ReadFile(filepath.Join("/proc/self/fdinfo", filepath.Base(file)))
			all += string(text)
		}
	}
	return all
}
