// Package dev is the program's end of its connection to dibble dev, which builds and
// starts the program again while its author changes it.
//
// The connection is the standard input, a pipe of lines of JSON, each a whole [State].
// Its end tells the program to end, however dibble dev has ended. It is a pipe because
// all systems have them, and none lets others write to one.
package dev

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
)

// A State is what open pages are to know.
type State struct {
	// Version stands for the program and the files that it reads. A page that was made
	// by another version loads again.
	Version string `json:"version"`

	// Problems are shown over the pages until there are none.
	Problems []Problem `json:"problems"`
}

// A Problem is what the author has to mend.
type Problem struct {
	Title string `json:"title"`
	Text  string `json:"text"` // the places first, such as main.go:12:3: …

	// Minor keeps the text closed until the author asks for it.
	Minor bool `json:"minor"`
}

// A Pipe is the connection. Its methods may be called concurrently. Make one with [Open].
type Pipe struct {
	states *json.Decoder

	mu      sync.Mutex
	state   State
	changed func(State) // nil: nobody is told
}

// Open reads the first state from r.
func Open(r io.Reader) (*Pipe, error) {
	p := &Pipe{states: json.NewDecoder(r)}
	if err := p.states.Decode(&p.state); err != nil {
		return nil, fmt.Errorf("-dev is for dibble dev, which tells the program on its standard input what pages are to show: %w", err)
	}
	return p, nil
}

// Follow reads further states until there are no more.
func (p *Pipe) Follow() {
	for {
		var s State
		if err := p.states.Decode(&s); err != nil {
			if !errors.Is(err, io.EOF) {
				slog.Warn("standard input", "err", err)
			}
			return
		}
		p.mu.Lock()
		p.state = s
		if p.changed != nil {
			p.changed(s)
		}
		p.mu.Unlock()
	}
}

// Version returns that of the present state.
func (p *Pipe) Version() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.Version
}

// Tell calls f with the present state, and again with each that follows. f must not call
// methods of p.
func (p *Pipe) Tell(f func(State)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(p.state)
	p.changed = f
}
