package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// cpu returns how much of the processors the process has used.
func (p *process) cpu() (time.Duration, error) {
	// The clock of another process, as clock_getcpuclockid(3) puts it together.
	clock := int32(^p.pid()<<3 | 2)
	var t unix.Timespec
	if err := unix.ClockGettime(clock, &t); err != nil {
		return 0, fmt.Errorf("the processor time of process %d: %w", p.pid(), err)
	}
	return time.Duration(t.Nano()), nil
}

// memory returns how much memory the process holds, in bytes.
func (p *process) memory() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid()))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return 0, fmt.Errorf("process %d: no VmRSS", p.pid())
	}
	kib, err := strconv.ParseFloat(fields[0], 64)
	return kib * 1024, err
}
