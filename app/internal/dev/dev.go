// Package dev is the program's end of the connection to dibble dev, which rebuilds and
// restarts the program while its author changes it.
//
// The connection is standard input, a pipe with lines of JSON. Each line is a complete
// [State]. When dibble dev ends, for whatever reason, the pipe is closed and the program
// ends. A pipe is available on all systems, and no other process can write to it.
package dev

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
)

// A State is the state of dibble dev for open pages.
type State struct {
	// Version identifies the build of the program and the files that it reads. Pages of
	// another version reload.
	Version string `json:"version"`

	// Problems are shown above the pages.
	Problems []Problem `json:"problems"`
}

// A Problem is an error for the author to fix.
type Problem struct {
	Title string `json:"title"`
	Text  string `json:"text"` // begins with the place, such as main.go:12:3: …

	// Minor hides the text until the author asks for it.
	Minor bool `json:"minor"`
}

// A Pipe is the connection. Its methods may be called concurrently. Make one with [Open].
type Pipe struct {
	states *json.Decoder

	mu      sync.Mutex
	state   State
	changed func(State) // called with each new state, if not nil
}

// Open reads the first state from r.
func Open(r io.Reader) (*Pipe, error) {
	p := &Pipe{states: json.NewDecoder(r)}
	if err := p.states.Decode(&p.state); err != nil {
		return nil, fmt.Errorf("the flag -dev is only for dibble dev, which writes to standard input: %w", err)
	}
	return p, nil
}

// Follow reads new states until the pipe is closed.
func (p *Pipe) Follow() {
	for {
		var s State
		if err := p.states.Decode(&s); err != nil {
			if !errors.Is(err, io.EOF) {
				slog.Warn("cannot read from dibble dev", "err", err)
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

// Version returns the version of the current state.
func (p *Pipe) Version() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state.Version
}

// Tell calls f with the current state, and then with each new state. f must not call
// methods of p.
func (p *Pipe) Tell(f func(State)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(p.state)
	p.changed = f
}
