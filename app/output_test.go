package app

import (
	"bufio"
	"io"
	"strings"
	"testing"
)

// TestNobodyNeedsToReadOn: what cannot be printed is lost until somebody reads on,
// and nobody waits for that.
func TestNobodyNeedsToReadOn(t *testing.T) {
	r, w := io.Pipe() // which holds nothing
	o := &output{to: w}
	if _, err := io.WriteString(o, "first\n"); err != errUnread {
		t.Errorf("%v, want %v", err, errUnread)
	}
	for range 1000 {
		if _, err := io.WriteString(o, "lost\n"); err != errUnread {
			t.Errorf("%v, want %v", err, errUnread)
		}
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for in := bufio.NewScanner(r); in.Scan(); {
			lines <- in.Text()
		}
	}()
	if line := <-lines; line != "first" {
		t.Errorf("%q is read first", line)
	}
	<-o.last
	if _, err := io.WriteString(o, "second\n"); err != nil {
		t.Error(err)
	}
	if line := <-lines; line != "second" {
		t.Errorf("%q is read after that", line)
	}
	w.Close()
	if line, more := <-lines; more {
		t.Errorf("%q is read at last", strings.TrimSpace(line))
	}
}
