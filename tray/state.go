package tray

import (
	"fmt"
	"strings"
	"sync"
)

// A State is the state of the program that the icon and its menu show. The zero State
// shows that the program is starting.
type State struct {
	// Address is the address on which the program serves, such as 127.0.0.1:8888. It is
	// empty before the program serves.
	Address string
	// Draining says that the program is shutting down and still answers Unfinished
	// requests. Menu lines that would start new work are greyed out.
	Draining   bool
	Unfinished int
	// AtLogin sets the check mark of "Start at login".
	AtLogin bool
	// Tooltip has further lines for the tooltip. Windows shows at most 127 UTF-16 units
	// of the whole tooltip.
	Tooltip []string
	// Items are menu lines that plug-ins add. Their number and order may change.
	Items []Item
	// Status is shown on the icon and in the tooltip.
	Status Status
	// Done is the finished part of the work while Status is Busy, from 0 to 1. Zero also
	// means unknown.
	Done float64
}

// A Status says whether the program is working or needs its owner. Greater values are more
// urgent.
type Status int

const (
	Idle      Status = iota // the icon alone
	Busy                    // the icon in a ring that fills up
	Attention               // the icon with a dot: the owner has to do something
)

// An Item is a line in the menu. It is identified by its label: if lines have moved since
// a panel on Linux or BSD has read the menu, a click still calls the line with the label
// that was clicked.
type Item struct {
	// Label is the text of the line. Line breaks become spaces.
	Label string
	// Do is called when the line is clicked. If nil, the line is greyed out.
	Do func()
	// Checkable says that the line can have a check mark, so that panels and screen readers
	// show it as an option even if Checked is false.
	Checkable bool
	// Checked shows a check mark. It implies Checkable.
	Checked bool
}

// serving returns a text for the menu that says whether the program is serving.
func (s State) serving() string {
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

// tooltip returns the text of the tooltip.
func (s State) tooltip(name string) string {
	var lines []string
	for _, line := range []string{name, s.serving(), s.working()} {
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(append(lines, s.Tooltip...), "\n")
}

// working returns Status as a text, for users who cannot see it on the icon.
func (s State) working() string {
	switch {
	case s.Status == Attention:
		return "Needs attention"
	case s.Status == Busy && s.percent() > 0:
		return fmt.Sprintf("Working, %d %% done", s.percent())
	case s.Status == Busy:
		return "Working"
	default:
		return ""
	}
}

// percent returns Done in percent, rounded down so that 100 means finished.
func (s State) percent() int {
	if !(s.Done > 0) { // or NaN
		return 0
	}
	return int(min(s.Done, 1)*100 + 1e-9) // in floating point, 0.29*100 is less than 29
}

// latest has the State of the last call of update.
type latest struct {
	changed chan struct{} // has a value if state was not read yet

	mu    sync.Mutex
	begun uint64 // the number of calls of update
	kept  uint64 // the number of the call that has set state
	state State
}

// update calls snapshot and keeps its State, unless a later call has already set its own:
// the State of a slow snapshot is out of date.
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
	default: // the channel has a value
	}
}

func (l *latest) get() State {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.state
}
