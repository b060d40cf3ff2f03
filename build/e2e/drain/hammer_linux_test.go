package drain

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"
)

// clients is how many hammer a program.
const clients = 64

// quietTime is how long the program waits, while it ends, for a request over a
// connection: a quarter of a second, less what the kernel's clock may be slow.
const quietTime = 240 * time.Millisecond

// A hammer is clients that ask a program without a pause, until they are refused.
type hammer struct {
	clients sync.WaitGroup
	enough  chan struct{} // closed after so many answers, or when there will be no more

	haveEnough func()

	mu       sync.Mutex
	left     int            // until enough
	ending   time.Time      // when the shutdown was asked for
	served   map[string]int // connections that had an answer, by the client's address
	answered int
	refused  []time.Time
	failures []failure
}

// A failure is a request without a whole answer.
type failure struct {
	conn  *connection
	quiet time.Duration // for how long the connection was, when it was sent
	err   error
}

// newHammer lets the clients loose on the program at this address. They have had
// enough after this many answers.
func newHammer(hostPort string, enough int) *hammer {
	_, port, err := net.SplitHostPort(hostPort)
	if err != nil {
		panic(err)
	}
	h := &hammer{enough: make(chan struct{}), left: enough, served: make(map[string]int)}
	h.haveEnough = sync.OnceFunc(func() { close(h.enough) })
	for i := range clients {
		host := "127.0.0.1"
		if i%2 == 1 && hasIPv6() {
			host = "::1"
		}
		h.clients.Go(func() { h.client(net.JoinHostPort(host, port), talks[i/2%len(talks)]) })
	}
	return h
}

var hasIPv6 = sync.OnceValue(func() bool {
	l, err := net.Listen("tcp", "[::1]:0")
	if err == nil {
		l.Close()
	}
	return err == nil
})

func (h *hammer) client(hostPort string, talk talk) {
	for {
		conn, err := net.Dial("tcp", hostPort)
		if err != nil {
			h.refuse()
			return
		}
		talk(&connection{Conn: conn, hammer: h, host: hostPort, in: bufio.NewReader(conn), connected: time.Now()})
		conn.Close()
	}
}

// aboutToEnd notes that the program is about to be asked to shut down.
func (h *hammer) aboutToEnd() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ending = time.Now()
}

func (h *hammer) succeed(c *connection) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.answered++
	if !c.answered {
		c.answered = true
		h.served[c.LocalAddr().String()]++
	}
	if h.left--; h.left == 0 {
		h.haveEnough()
	}
}

func (h *hammer) refuse() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.refused = append(h.refused, time.Now())
	h.haveEnough()
}

func (h *hammer) fail(f failure) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failures = append(h.failures, f)
}

// An outcome is what became of the requests of all clients.
type outcome struct {
	answered int
	lost     []error
	late     int // sent over a connection that had been quiet
	turned   int // away with their connection, which came after the end had been asked for
	refused  int // connections
}

// outcome waits until all clients have been refused. taken is from where the
// program has taken connections, and how many.
func (h *hammer) outcome(taken map[string]int) outcome {
	h.clients.Wait()
	o := outcome{answered: h.answered, refused: len(h.refused)}
	for _, at := range h.refused {
		if at.Before(h.ending) { // such as by a program that has ended by itself
			o.lost = append(o.lost, errors.New("a connection was refused although nobody had asked for the end"))
		}
	}
	for _, f := range h.failures {
		from := f.conn.LocalAddr().String()
		isTaken := f.conn.answered || taken[from] > h.served[from]
		switch {
		case !isTaken && f.conn.connected.After(h.ending):
			o.turned++
		case f.quiet >= quietTime && errors.Is(f.err, errSilence):
			o.late++
		default:
			o.lost = append(o.lost, fmt.Errorf("%w (taken: %v, %v after the end was asked for, quiet for %v)", f.err, isTaken, f.conn.connected.Sub(h.ending), f.quiet))
		}
	}
	return o
}

func (o *outcome) add(p outcome) {
	o.answered += p.answered
	o.lost = append(o.lost, p.lost...)
	o.late += p.late
	o.turned += p.turned
	o.refused += p.refused
}
