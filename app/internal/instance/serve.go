package instance

import (
	"context"
	"errors"
	"net"
	"time"
)

const (
	// maxGreetings bounds the connections that have not proved anything yet.
	// More of them wait in the system's queue.
	maxGreetings = 64
	// greetingTime is how long a connection may take to prove itself. A
	// launch on a busy machine can need seconds.
	greetingTime = 10 * time.Second
	// replyTime is how long a launch may take to read its answer.
	replyTime = 5 * time.Second
)

// accept starts a conversation with each connection until the listener is
// closed.
func (i *Instance) accept() {
	for {
		select {
		case i.greetings <- struct{}{}:
		case <-i.ending.Done():
			return
		}
		conn, err := i.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // out of file descriptors, most likely: it passes
			<-i.greetings
			pause(i.ending, 100*time.Millisecond)
			continue
		}
		i.work.Go(func() { i.converse(conn) })
	}
}

// converse takes one command and sends the answer. Errors are those of the
// other side, who learns of them by the connection's end.
func (i *Instance) converse(conn net.Conn) {
	defer conn.Close()
	c := newChannel(conn, i.here.key)
	text, err := i.greet(c)
	<-i.greetings
	if err != nil {
		return
	}
	got := i.ask(newMessage(text))
	purpose := forReply
	if got.declined {
		purpose = forDecline
	}
	conn.SetDeadline(time.Now().Add(replyTime))
	answer := []byte(got.text)
	c.send(frame{Text: answer, Declined: got.declined, MAC: c.mac(purpose, answer)})
}

// greet returns the command of a launch that knows the key.
func (i *Instance) greet(c *channel) (string, error) {
	if i.filter != nil && !i.filter(c.conn) {
		return "", errProof
	}
	c.conn.SetDeadline(time.Now().Add(greetingTime))
	stop := context.AfterFunc(i.ending, func() { c.conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	first, err := c.receiveNonce()
	if err != nil {
		return "", err
	}
	c.launch, c.answer = first.Nonce, newSecret()
	if err := c.send(frame{Nonce: c.answer, MAC: c.mac(forHello, nil)}); err != nil {
		return "", err
	}
	second, err := c.receive()
	if err != nil {
		return "", err
	}
	return string(second.Text), c.check(second, forCommand)
}

// ask hands the message out and returns its answer. When the instance ends
// first, it is declined; an answer given before that still holds.
func (i *Instance) ask(m *Message) answer {
	select {
	case i.messages <- m:
	case <-i.ending.Done():
		return answer{declined: true}
	}
	select {
	case got := <-m.answer:
		return got
	case <-i.ending.Done():
		m.Decline()
		return <-m.answer
	}
}

// pause returns false when the context ends before the time is over.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
