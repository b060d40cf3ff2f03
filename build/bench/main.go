// Command bench compares Dibbler with its alternatives. It measures all peers in turn, in many
// rounds, so that other work of the machine affects all of them. The results are ratios of
// measurements of the same round: bench prints their medians with 95 % confidence intervals. It
// needs Linux, and for the launches a screen, a panel and Chromium, which go run ./build test
// installs.
//
//	go run ./build bench
//	go run ./build bench -count 300 -only "form|packaged"
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"time"
)

// leastCount is the smallest number of rounds with a 95 % confidence interval of the median.
const leastCount = 6

// A bench is one run.
type bench struct {
	count    int           // rounds
	time     time.Duration // for one measurement
	only     regexp.Regexp // the titles of the tables
	programs programs
}

func main() {
	var b bench
	flag.IntVar(&b.count, "count", 30, "the number of `rounds`")
	flag.DurationVar(&b.time, "time", 50*time.Millisecond, "the time of one measurement")
	flag.TextVar(&b.only, "only", regexp.MustCompile(""), "measure the tables whose titles match this `expression`")
	flag.Parse()
	if b.count < leastCount {
		fmt.Fprintf(os.Stderr, "bench: -count %d: fewer than %d rounds have no confidence interval\n", b.count, leastCount)
		os.Exit(2)
	}
	if err := b.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run() error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt) // which the programs get as well
	go func() {
		<-interrupts
		os.RemoveAll(dir)
		os.Exit(1)
	}()
	if b.programs, err = build(dir); err != nil {
		return err
	}
	for _, measure := range []func() error{b.inProcess, b.overLoopback, b.flat, b.packaged, b.launches} {
		if err := measure(); err != nil {
			return err
		}
	}
	return nil
}
