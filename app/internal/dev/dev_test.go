package dev

import (
	"io"
	"reflect"
	"strings"
	"testing"
)

func TestPipe(t *testing.T) {
	r, w := io.Pipe()
	go io.WriteString(w, `{"version":"1"}`+"\n")
	p, err := Open(r)
	if err != nil {
		t.Fatal(err)
	}
	told := make(chan State, 10)
	p.Tell(func(s State) { told <- s })
	if s := <-told; s.Version != "1" || p.Version() != "1" {
		t.Errorf("at first %+v", s)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.Follow()
	}()
	io.WriteString(w, `{"version":"2","problems":[{"title":"No","text":"main.go:1:2: <no>","minor":true}]}`+"\n")
	if s, want := <-told, (State{"2", []Problem{{"No", "main.go:1:2: <no>", true}}}); !reflect.DeepEqual(s, want) || p.Version() != "2" {
		t.Errorf("then %+v, want %+v", s, want)
	}
	w.Close()
	<-ended
}

// TestOpen_withoutDibble: -dev is an error without dibble dev.
func TestOpen_withoutDibble(t *testing.T) {
	for _, input := range []string{"", "hello\n"} {
		if _, err := Open(strings.NewReader(input)); err == nil || !strings.Contains(err.Error(), "-dev is only for dibble dev") {
			t.Errorf("%q: %v", input, err)
		}
	}
}
