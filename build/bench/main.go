// Command bench compares Dibbler with what an author would take in its place.
// All peers are measured in turn, again and again, so that what else the machine
// does happens to all of them alike. What counts are the ratios: each is taken
// between measurements that followed each other, and the median over the rounds is
// printed with its 95 % confidence interval. It needs Linux, and for the launches a
// screen, a panel and Chromium, which go run ./build test installs.
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

// leastCount is the fewest rounds that a 95 % confidence interval of a median can
// be had from.
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
	flag.IntVar(&b.count, "count", 30, "how many `rounds` there are")
	flag.DurationVar(&b.time, "time", 50*time.Millisecond, "how long one measurement takes")
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
