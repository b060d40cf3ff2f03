package attack

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/dibbler-app/dibbler/build/e2e/desktop"
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

func (v *victim) dial() *wire {
	v.t.Helper()
	return v.dialAt(net.JoinHostPort("127.0.0.1", v.port))
}

func (v *victim) dialAt(address string) *wire {
	v.t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		v.t.Fatal(err)
	}
	if err := conn.SetDeadline(time.Now().Add(desktop.Patience)); err != nil {
		v.t.Fatal(err)
	}
	return &wire{conn, bufio.NewReader(conn)}
}

// send writes raw. That the other side hangs up meanwhile is no failure.
func (w *wire) send(raw string) { _, _ = io.WriteString(w, raw) }

// answer reads one answer to a request with the method; nil: none came.
func (w *wire) answer(t testing.TB, method string) *answer {
	t.Helper()
	resp, err := http.ReadResponse(w.in, &http.Request{Method: method})
	if err != nil {
		if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
			t.Fatal(err)
		}
		return nil
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s with half a body: %v", resp.Status, err)
	}
	return &answer{resp, string(body)}
}

// ask sends raw over a connection of its own and returns all answers to it, when
// the other side has closed. raw is a text with \n for the ends of lines, which
// become CR LF, and PORT for the port.
func (v *victim) ask(raw string) []*answer {
	v.t.Helper()
	w := v.dial()
	defer w.Close()
	w.send(v.lines(raw))
	return w.rest(v.t)
}

// rest ends the sending half and reads what comes until the other side closes.
func (w *wire) rest(t testing.TB) (answers []*answer) {
	t.Helper()
	_ = w.Conn.(*net.TCPConn).CloseWrite() // the other side may have closed
	for {
		a := w.answer(t, http.MethodGet)
		if a == nil {
			return answers
		}
		answers = append(answers, a)
	}
}

// lines makes what goes over the wire of a text that is easier to read.
func (v *victim) lines(text string) string {
	return strings.NewReplacer("\n", "\r\n", "PORT", v.port).Replace(text)
}

// statuses is how a's are answered, such as "200 404".
func statuses(all []*answer) string {
	var b bytes.Buffer
	for i, a := range all {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprint(&b, a.StatusCode)
	}
	return b.String()
}
