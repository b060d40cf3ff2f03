package drain

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"time"
)

// clients is the number of clients of a hammer.
const clients = 64

// A hammer is clients that send requests to a program without a pause, until it refuses
// connections.
type hammer struct {
	clients    sync.WaitGroup
	enough     chan struct{} // closed after enough answers, or when there will be no more
	haveEnough func()

	mu       sync.Mutex
	left     int            // answers until enough
	shutdown time.Time      // zero before
	served   map[string]int // connections with an answer, by the client's address
	answered int
	refused  error
	failures []failure
}

// A failure is a request without a whole answer.
type failure struct {
	conn *connection
	idle time.Duration // of the connection, when the request was sent
	err  error
}

// newHammer starts the clients. Half of them use IPv6.
func newHammer(hostPort string, enough int) *hammer {
	_, port, err := net.SplitHostPort(hostPort)
	if err != nil {
		panic(err)
	}
	hosts := []string{"127.0.0.1", "::1"}
	if l, err := net.Listen("tcp", "[::1]:0"); err != nil { // without IPv6
		hosts[1] = hosts[0]
	} else {
		l.Close()
	}
	h := &hammer{enough: make(chan struct{}), left: enough, served: make(map[string]int)}
	h.haveEnough = sync.OnceFunc(func() { close(h.enough) })
	for i := range clients {
		h.clients.Go(func() { h.client(net.JoinHostPort(hosts[i%2], port), exchanges[i/2%len(exchanges)]) })
	}
	return h
}

func (h *hammer) client(hostPort string, exchange func(*connection)) {
	for {
		conn, err := net.Dial("tcp", hostPort)
		if err != nil {
			h.refuse(err)
			return
		}
		exchange(&connection{Conn: conn, hammer: h, host: hostPort, in: bufio.NewReader(conn), made: time.Now()})
		conn.Close()
	}
}

// beforeShutdown notes that the program is about to be shut down.
func (h *hammer) beforeShutdown() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.shutdown = time.Now()
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

func (h *hammer) refuse(err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.shutdown.IsZero() {
		h.refused = fmt.Errorf("refused before the shutdown: %w", err)
	}
	h.haveEnough()
}

func (h *hammer) fail(f failure) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.failures = append(h.failures, f)
}

// An outcome counts requests.
type outcome struct {
	answered    int
	notAccepted int // over connections made after the shutdown
	idle        int // over connections that had been idle
	lost        []error
}

// idleTime is how long a program that shuts down waits for a request over an idle
// connection: a quarter of a second, less the inaccuracy of the kernel's clock.
const idleTime = 240 * time.Millisecond

// addTo waits until all clients are refused, and adds their requests to o. stdout is the
// program's.
func (h *hammer) addTo(o *outcome, stdout string) {
	h.clients.Wait()
	accepted := make(map[string]int) // connections by the client's address
	for line := range strings.Lines(stdout) {
		if address, ok := strings.CutPrefix(strings.TrimSpace(line), "accepted "); ok {
			accepted[address]++
		}
	}
	o.answered += h.answered
	if h.refused != nil {
		o.lost = append(o.lost, h.refused)
	}
	for _, f := range h.failures {
		from := f.conn.LocalAddr().String()
		isAccepted := f.conn.answered || accepted[from] > h.served[from]
		switch {
		case !isAccepted && f.conn.made.After(h.shutdown):
			o.notAccepted++
		case f.idle >= idleTime && errors.Is(f.err, errNoAnswer):
			o.idle++
		default:
			o.lost = append(o.lost, fmt.Errorf("%w (accepted: %v, made %v after the shutdown, idle for %v)", f.err, isAccepted, f.conn.made.Sub(h.shutdown), f.idle))
		}
	}
}
