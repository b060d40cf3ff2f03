package attack

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/dibbler-app/dibbler/build/e2e/internal/deadline"
)

// An answer is what came back, read to its end.
type answer struct {
	*http.Response
	body string
}

// A wire is a connection over which bytes go as they are.
type wire struct {
	net.Conn
	in *bufio.Reader
}

// dial connects to the victim at 127.0.0.1 or [::1].
func (v *victim) dial(host string) (*wire, error) {
	conn, err := net.Dial("tcp", host+":"+v.port)
	if err != nil {
		return nil, err
	}
	if err := conn.SetDeadline(deadline.Of(v.t)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &wire{conn, bufio.NewReader(conn)}, nil
}

// send writes raw. That the other side hangs up meanwhile is no failure.
func (w *wire) send(raw string) { _, _ = io.WriteString(w, raw) }

// answer reads one answer to a request with the method. It is nil if the other
// side has closed; half of one is an error.
func (w *wire) answer(method string) (*answer, error) {
	resp, err := http.ReadResponse(w.in, &http.Request{Method: method})
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return nil, err
	}
	if err != nil {
		return nil, nil
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("%s with half a body: %w", resp.Status, err)
	}
	return &answer{resp, string(body)}, nil
}

// ask sends raw over a connection of its own and returns all answers to it, when
// the other side has closed.
func (v *victim) ask(raw string) (answers []*answer, err error) {
	w, err := v.dial("127.0.0.1")
	if err != nil {
		return nil, err
	}
	defer w.Close()
	w.send(v.lines(raw))
	_ = w.Conn.(*net.TCPConn).CloseWrite() // the other side may have closed
	for {
		a, err := w.answer(http.MethodGet)
		if a == nil || err != nil {
			return answers, err
		}
		answers = append(answers, a)
	}
}

// askBytes is like ask and returns what comes back as it is.
func (v *victim) askBytes(raw string) (string, error) {
	w, err := v.dial("127.0.0.1")
	if err != nil {
		return "", err
	}
	defer w.Close()
	w.send(v.lines(raw))
	_ = w.Conn.(*net.TCPConn).CloseWrite() // the other side may have closed
	answer, err := io.ReadAll(w)
	return string(answer), err
}

// lines makes what goes over the wire of a text that is easier to read: \n for the
// ends of lines, which become CR LF, and PORT for the port.
func (v *victim) lines(text string) string {
	return strings.NewReplacer("\n", "\r\n", "PORT", v.port).Replace(text)
}
