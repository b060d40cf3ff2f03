package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/dibbler-app/dibbler/build/bench/internal/peers"
)

// mounted is Dibbler in a server of net/http.
const mounted = peers.Dibbler + " mounted"

// names of the peers as programs.
func names() (list []string) {
	for _, p := range peers.All {
		list = append(list, p.Name)
	}
	return append(list, mounted)
}

// startPeers starts peers, and checks that they all give the same answers. The caller must call
// end for each.
func (b *bench) startPeers(names []string, pages int) (started map[string]*process, end func(), err error) {
	started = map[string]*process{}
	end = func() {
		for _, p := range started {
			p.end()
		}
	}
	for _, name := range names {
		p, err := b.start(b.programs.serve, name, strconv.Itoa(pages))
		if err != nil {
			end()
			return nil, nil, err
		}
		started[name] = p
		for _, c := range append(peers.Cases, peers.Refused...) {
			if err := check(p.addr, c); err != nil {
				end()
				return nil, nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return started, end, nil
}

// inTurn calls measure for each name in each round. Each round begins with another name.
func (b *bench) inTurn(names []string, measure func(name string) error) error {
	for round := range b.count {
		for i := range names {
			name := names[(i+round)%len(names)]
			if err := measure(name); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// inProcess compares the costs of an answer without a network.
func (b *bench) inProcess() error {
	names := names()[:len(peers.All)] // a server that is not asked is mounted nowhere
	started, end, err := b.startPeers(names, 0)
	if err != nil {
		return err
	}
	defer end()
	for _, c := range peers.Cases {
		t := newTable("In process: "+c.Name, names, "CPU ns", "bytes", "allocations")
		if !b.only.MatchString(t.title) {
			continue
		}
		err := b.inTurn(names, func(name string) error { return b.measure(t, name, started[name], c) })
		if err != nil {
			return err
		}
		t.print(os.Stdout)
	}
	return nil
}

// measure makes a peer measure itself.
func (b *bench) measure(t *table, name string, p *process, c peers.Case) error {
	if _, err := fmt.Fprintf(p.in, "%s %v\n", c.Name, b.time/2); err != nil {
		return err
	}
	line, err := p.out.ReadString('\n')
	if err != nil {
		return err
	}
	fields := strings.Fields(line)
	if len(fields) != len(t.measures) {
		return fmt.Errorf("unexpected output %q", line)
	}
	for i, m := range t.measures {
		v, err := strconv.ParseFloat(fields[i], 64)
		if err != nil {
			return err
		}
		t.add(name, m, v)
	}
	return nil
}

// overLoopback compares servers, each in its own process.
func (b *bench) overLoopback() error {
	names := names()
	started, end, err := b.startPeers(names, 0)
	if err != nil {
		return err
	}
	defer end()
	for _, c := range peers.Cases {
		t := newTable("Over loopback: "+c.Name, names, loads...)
		if !b.only.MatchString(t.title) {
			continue
		}
		err := b.inTurn(names, func(name string) error { return b.load(t, name, started[name], c, false) })
		if err != nil {
			return err
		}
		t.print(os.Stdout)
	}
	return nil
}

// loads are the measures of a server under load.
var loads = []string{"requests/s", "p50 µs", "p99 µs", "CPU µs/request"}

// load puts a server under load, after a short warm-up.
func (b *bench) load(t *table, name string, p *process, c peers.Case, fresh bool) error {
	if _, err := put(p.addr, c, fresh, b.time/10); err != nil {
		return err
	}
	before, err := p.cpu()
	if err != nil {
		return err
	}
	l, err := put(p.addr, c, fresh, b.time)
	if err != nil {
		return err
	}
	after, err := p.cpu()
	if err != nil {
		return err
	}
	for i, v := range []float64{l.rate, micros(l.p50), micros(l.p99), micros(after-before) / float64(l.requests)} {
		t.add(name, loads[i], v)
	}
	return nil
}

func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }

// flat compares the costs of a page with and without many other plug-ins of one page each.
func (b *bench) flat() error {
	t := newTable("In process: page, with plug-ins of one page each beside it", nil, "CPU ns", "bytes", "allocations")
	if !b.only.MatchString(t.title) {
		return nil
	}
	c, err := peers.Find("page")
	if err != nil {
		return err
	}
	started := map[string]*process{}
	for _, pages := range []int{0, 1, 10, 100, mostPages} {
		peer, end, err := b.startPeers([]string{peers.Dibbler}, pages)
		if err != nil {
			return err
		}
		defer end()
		name := strconv.Itoa(pages)
		started[name] = peer[peers.Dibbler]
		t.peers = append(t.peers, name)
	}
	err = b.inTurn(t.peers, func(name string) error { return b.measure(t, name, started[name], c) })
	if err != nil {
		return err
	}
	t.print(os.Stdout)
	return nil
}
