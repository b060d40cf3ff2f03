package stdio

import (
	"bufio"
	"io"
	"os"
	"testing"
)

func TestWriter(t *testing.T) {
	r, w := io.Pipe() // has no buffer, like a full pipe
	sw := NewWriter(w)
	if _, err := io.WriteString(sw, "first\n"); err != ErrUnread {
		t.Errorf("first write without a reader: %v, want %v", err, ErrUnread)
	}
	for range 1000 { // would take a quarter of an hour if each waited
		if _, err := io.WriteString(sw, "lost\n"); err != ErrUnread {
			t.Fatalf("later write without a reader: %v, want %v", err, ErrUnread)
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
		t.Errorf("the first line is %q", line)
	}
	<-sw.last
	if _, err := io.WriteString(sw, "second\n"); err != nil {
		t.Error(err)
	}
	if line := <-lines; line != "second" {
		t.Errorf("the second line is %q", line)
	}
	w.Close()
	if line, ok := <-lines; ok {
		t.Errorf("the last line is %q", line)
	}
}

func TestIsTerminal(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for name, w := range map[string]io.Writer{
		"the null device": null, "the null device in a Writer": NewWriter(null), "a file": file, "no file": io.Discard,
	} {
		if IsTerminal(w) {
			t.Errorf("IsTerminal of %s is true", name)
		}
	}
}
