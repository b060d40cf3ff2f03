// Serve serves one of the peers at a free loopback port, and prints its address:
//
//	serve gin 1000
//
// A dibbler.Context serves the peer "dibbler", and net/http all others, including
// "dibbler mounted".
//
// Each line of standard input has a case and a time, such as "posted form 100ms". Serve answers
// that case without a network, as often as it can in this time. It prints the nanoseconds of
// processor time, the bytes and the allocations of one answer. It ends with its input.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/dibbler-app/dibbler/build/bench/internal/peers"
	"github.com/dibbler-app/dibbler/dibbler"
)

func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		log.Fatal(err)
	}
}

func run(name, count string) error {
	pages, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	h, err := newPeer(strings.TrimSuffix(name, " mounted"), pages)
	if err != nil {
		return err
	}
	url, err := serve(h, name == peers.Dibbler)
	if err != nil {
		return err
	}
	fmt.Printf("%s is running at %s\n", name, url)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		if err := measure(h, lines.Text()); err != nil {
			return err
		}
	}
	return lines.Err()
}

func newPeer(name string, pages int) (http.Handler, error) {
	for _, p := range peers.All {
		if p.Name == name {
			return p.New(pages)
		}
	}
	return nil, fmt.Errorf("no peer is called %q", name)
}

// serve starts serving and returns the address.
func serve(h http.Handler, inContext bool) (url string, err error) {
	if inContext {
		s := h.(*dibbler.Server)
		s.Addr = "127.0.0.1:0"
		env := new(dibbler.Context)
		if err := env.Add(s); err != nil {
			return "", err
		}
		go func() { log.Fatal(env.Run(context.Background())) }()
		return s.URL(), nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	go func() { log.Fatal(http.Serve(l, h)) }()
	return fmt.Sprintf("http://%v/", l.Addr()), nil
}

// measure answers a case for a while, and prints the costs of one answer.
func measure(h http.Handler, line string) error {
	blank := strings.LastIndexByte(line, ' ')
	if blank < 0 {
		return fmt.Errorf("%q: want a case and a time", line)
	}
	c, err := peers.Find(line[:blank])
	if err != nil {
		return err
	}
	d, err := time.ParseDuration(line[blank+1:])
	if err != nil {
		return err
	}
	answer := c.Repeat(h)
	n := 0
	before, begun := used(), time.Now()
	// Reading the clock also takes time, so read it only now and then.
	for more := 1; time.Since(begun) < d; more = min(2*more, 256) {
		for range more {
			if status, length := answer(); status != c.Status || length != len(c.Body) {
				return fmt.Errorf("%s: status %d with %d bytes", c.Name, status, length)
			}
		}
		n += more
	}
	after := used()
	each := func(before, after float64) float64 { return (after - before) / float64(n) }
	_, err = fmt.Println(each(before.cpu, after.cpu), each(before.bytes, after.bytes), each(before.allocations, after.allocations))
	return err
}

// A usage has the resources that the process has used since its start.
type usage struct {
	cpu                float64 // nanoseconds
	bytes, allocations float64
}

func used() usage {
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	var cpu unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &cpu); err != nil {
		panic(err) // every Linux has this clock
	}
	return usage{float64(cpu.Nano()), float64(memory.TotalAlloc), float64(memory.Mallocs)}
}
