package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/dibbler-app/dibbler/build/bench/internal/peers"
)

// clients is the number of clients that send requests at the same time, each after the answer to
// its last one.
const clients = 4

// A load has the measurements of the clients.
type load struct {
	rate     float64 // requests a second
	p50, p99 time.Duration
	requests int
}

// put puts a server under load for a time. If fresh is true, each request has its own connection.
//
// It does not use the client of net/http, which costs more than the servers: on a small machine
// all servers would look alike.
func put(addr string, c peers.Case, fresh bool, d time.Duration) (load, error) {
	var wg sync.WaitGroup
	times := make([][]time.Duration, clients)
	errs := make([]error, clients)
	begun := time.Now()
	for i := range clients {
		wg.Go(func() {
			cl := client{addr: addr, c: c, fresh: fresh}
			defer cl.close()
			for at := time.Now(); times[i] == nil || at.Sub(begun) < d; {
				if errs[i] = cl.request(); errs[i] != nil {
					return
				}
				now := time.Now()
				times[i] = append(times[i], now.Sub(at))
				at = now
			}
		})
	}
	wg.Wait()
	took := time.Since(begun)
	if err := errors.Join(errs...); err != nil {
		return load{}, err
	}
	all := slices.Sorted(slices.Values(slices.Concat(times...)))
	return load{
		rate:     float64(len(all)) / took.Seconds(),
		p50:      all[len(all)/2],
		p99:      all[len(all)*99/100],
		requests: len(all),
	}, nil
}

// A client sends one request after another.
type client struct {
	addr  string
	c     peers.Case
	fresh bool
	conn  net.Conn
	in    *bufio.Reader
}

func (c *client) close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

// request sends the request and reads its answer.
func (c *client) request() error {
	if c.conn == nil {
		conn, err := net.Dial("tcp", c.addr)
		if err != nil {
			return err
		}
		c.conn, c.in = conn, bufio.NewReader(conn)
	}
	if _, err := c.conn.Write(c.c.Request); err != nil {
		return err
	}
	status, err := skipAnswer(c.in)
	if err != nil {
		return fmt.Errorf("%s: %w", c.c.Name, err)
	}
	if status != c.c.Status {
		return fmt.Errorf("%s: status %d, want %d", c.c.Name, status, c.c.Status)
	}
	if c.fresh {
		c.close()
	}
	return nil
}

// skipAnswer reads one answer, and checks that it is complete.
func skipAnswer(in *bufio.Reader) (status int, err error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(line) < len("HTTP/1.1 200") {
		return 0, fmt.Errorf("%q is not a status", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, err
	}
	length, chunked := -1, false
	for {
		if line, err = in.ReadSlice('\n'); err != nil {
			return 0, err
		}
		line = bytes.TrimSpace(line)
		if len(line) == 0 {
			break
		}
		if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, err
			}
		}
		chunked = chunked || bytes.Equal(line, []byte("Transfer-Encoding: chunked"))
	}
	switch {
	case length >= 0:
		_, err = in.Discard(length)
	case chunked:
		if _, err = io.Copy(io.Discard, httputil.NewChunkedReader(in)); err == nil {
			_, err = in.ReadSlice('\n') // after the last chunk
		}
	default:
		err = errors.New("an answer of unknown length")
	}
	return status, err
}

// check sends one request to a server, and checks the answer.
func check(addr string, c peers.Case) error {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.Write(c.Request); err != nil {
		return err
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Name, err)
	}
	defer resp.Body.Close()
	return c.Check(resp)
}
