// Serve serves one of the peers at a free port of this machine, and says where:
//
//	serve gin 1000
//
// The peer "dibbler" is served as its author would, by a dibbler.Context, and
// everything else, "dibbler mounted" included, by net/http.
//
// For each line on standard input, a case and for how long to measure it, such as
// "posted form 100ms", it answers that case as often as it can without a network,
// and prints nanoseconds, bytes and allocations of one answer. It ends with its
// input.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/dibbler-app/dibbler/build/bench/internal/peers"
	"github.com/dibbler-app/dibbler/dibbler"
)

func main() {
	testing.Init() // for the flag that says how long
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

// serve begins to serve and returns the address.
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

func measure(h http.Handler, line string) error {
	blank := strings.LastIndexByte(line, ' ')
	if blank < 0 {
		return fmt.Errorf("%q: want a case and a time", line)
	}
	c, err := peers.Find(line[:blank])
	if err != nil {
		return err
	}
	if err := flag.Set("test.benchtime", line[blank+1:]); err != nil {
		return err
	}
	answer := c.Repeat(h)
	r := testing.Benchmark(func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if status, n := answer(); status != c.Status || n != len(c.Body) {
				b.Fatalf("status %d, %d bytes", status, n)
			}
		}
	})
	if r.N == 0 {
		return fmt.Errorf("%s: a wrong answer", c.Name)
	}
	_, err = fmt.Println(float64(r.T.Nanoseconds())/float64(r.N), float64(r.MemBytes)/float64(r.N), float64(r.MemAllocs)/float64(r.N))
	return err
}
