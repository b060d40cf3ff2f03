package main

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

// cpu returns the processor time of the process.
func (p *process) cpu() (time.Duration, error) {
	// The clock of another process, as in clock_getcpuclockid(3).
	clock := int32(^p.pid()<<3 | 2)
	var t unix.Timespec
	if err := unix.ClockGettime(clock, &t); err != nil {
		return 0, fmt.Errorf("the processor time of process %d: %w", p.pid(), err)
	}
	return time.Duration(t.Nano()), nil
}
