package tray

import (
	"fmt"
	"strings"
	"sync"
)

// A State is a snapshot of the program that the icon and its menu show. The
// zero State is that of a program which is starting.
type State struct {
	// Address is where the program serves, such as 127.0.0.1:8888. It is empty
	// until the program serves.
	Address string
	// Draining says that the program ends as soon as it has answered its
	// Unfinished requests. The lines that would start new work are grey.
	Draining   bool
	Unfinished int
	// AtLogin is the check mark of "Start at login".
	AtLogin bool
	// Tooltip holds further lines for the tooltip. Windows cuts the whole
	// tooltip off after 127 UTF-16 units.
	Tooltip []string
	// Items are the lines that plug-ins add to the menu.
	Items []Item
}

// An Item is a line in the menu.
type Item struct {
	Label string
	// Do is called when the line is chosen. If nil, the line is grey.
	Do func()
}

// status describes the program in a few words.
func (s State) status() string {
	switch {
	case s.Draining && s.Unfinished == 1:
		return "Finishing 1 request…"
	case s.Draining && s.Unfinished > 1:
		return fmt.Sprintf("Finishing %d requests…", s.Unfinished)
	case s.Draining:
		return "Finishing…"
	case s.Address == "":
		return "Starting…"
	default:
		return "Running at " + s.Address
	}
}

// tooltip is the text that panels show while the mouse rests on the icon.
func (s State) tooltip(name string) string {
	lines := []string{s.status()}
	if name != "" {
		lines = []string{name, s.status()}
	}
	return strings.Join(append(lines, s.Tooltip...), "\n")
}

// latest holds the snapshot of the program that was begun last.
type latest struct {
	changed chan struct{} // holds a token while the newest State is unread

	mu    sync.Mutex
	begun uint64 // so many snapshots have been begun
	kept  uint64 // state is the one with this number
	state State
}

// update calls snapshot and keeps its State, unless one that was begun later is
// there already: a snapshot that was slow is out of date.
func (l *latest) update(snapshot func() State) {
	l.mu.Lock()
	l.begun++
	number := l.begun
	l.mu.Unlock()

	s := snapshot()

	l.mu.Lock()
	if number > l.kept {
		l.kept, l.state = number, s
	}
	l.mu.Unlock()
	select {
	case l.changed <- struct{}{}:
	default: // the token is there
	}
}

func (l *latest) get() State {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state
}
