package app

import (
	"bytes"
	"errors"
	"io"
	"sync"
	"time"
)

// outputTimeout is how long somebody who reads what the program prints may take.
const outputTimeout = time.Second

var errUnread = errors.New("nobody reads on")

// An output is a standard error whose reader may stop, as a pager does, or a terminal
// after Ctrl-S. It waits for the reader once. Until that reads on, the rest is lost.
type output struct {
	to io.Writer

	mu   sync.Mutex
	last chan struct{} // closed when what came last is written; nil: nothing came
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.last != nil {
		select {
		case <-o.last:
		default:
			return 0, errUnread
		}
	}
	text, done := bytes.Clone(p), make(chan struct{})
	o.last = done
	var err error
	go func() {
		defer close(done)
		_, err = o.to.Write(text)
	}()
	select {
	case <-done:
		return len(p), err
	case <-time.After(outputTimeout):
		return 0, errUnread
	}
}
