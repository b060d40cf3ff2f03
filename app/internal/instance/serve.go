package instance

import (
	"context"
	"errors"
	"net"
	"time"
)

// maxUnproven limits the connections without a proof. Others wait in the system's
// backlog.
const maxUnproven = 64

// Serve answers the commands of later launches until Close is called, one at a time.
// answer returns the reply, which is truncated to [MaxText] bytes. If ok is false, the
// command is declined: the launch waits until this instance has ended, and becomes the
// next. answer must not call Close.
func (i *Instance) Serve(answer func(command string) (reply string, ok bool)) {
	for {
		select {
		case i.unproven <- struct{}{}:
		case <-i.ended.Done():
			return
		}
		conn, err := i.listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil { // probably out of file descriptors, which is temporary
			<-i.unproven
			sleep(i.ended, 100*time.Millisecond)
			continue
		}
		go i.serve(conn, answer)
	}
}

// serve answers one command. The connection stays open until this instance ends, so that
// the launch can wait for it. Errors are the peer's fault, and close the connection.
func (i *Instance) serve(conn net.Conn, answer func(string) (string, bool)) {
	defer conn.Close()
	stop := context.AfterFunc(i.ended, func() { conn.Close() })
	defer stop()
	c := &channel{Conn: conn, key: i.here.Key}
	command, err := i.receive(c)
	<-i.unproven
	if err != nil {
		return
	}
	i.answer(c, command, answer)
	c.waitForEnd()
}

func (i *Instance) receive(c *channel) (command string, err error) {
	if i.filter != nil && !i.filter(c.Conn) {
		return "", errProof
	}
	return c.receive()
}

func (i *Instance) answer(c *channel, command string, answer func(string) (string, bool)) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.closing {
		c.reply("", false)
		return
	}
	c.reply(answer(command))
}

// sleep returns early when the context ends.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
